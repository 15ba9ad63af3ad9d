// What the figures' core answers to the golden cases; the same file runs in Node and in Chromium.

function load({ shape, data }) {
  return { shape, data: Float64Array.from(data) };
}

function geometry(core, { op, index, ...axis }) {
  const plan = op === "transpose" ? core.transposeAxis(axis) : core.convAxis(axis);
  const inverse = [];
  for (let i = 0; i < plan.size; i += 1) inverse.push(core.fedBy(plan, i).map(({ output }) => output));
  const windows = [];
  for (let o = 0; o < plan.output; o += 1) {
    windows.push(core.feeding(plan, o).map(({ input }) => input));
  }
  return { output: plan.output, before: plan.before, after: plan.after, windows, inverse };
}

function terms(core, { x, kernel, options, row, column }) {
  const axes = [0, 1].map((axis) =>
    core.convAxis({
      size: x.shape[axis], kernel: kernel.shape[axis], stride: options.stride[axis],
      padding: options.padding, dilation: options.dilation[axis],
    }),
  );
  const found = core.termsAt(axes, load(x), load(kernel), row, column);
  const sum = found.reduce((total, { weight, value }) => total + weight * value, 0);
  return { sum, padded: found.filter(({ real }) => !real).length, count: found.length };
}

function stack(core, { size, layers, output }) {
  const plans = core.stackAxes(size, layers);
  const ways = core.waysTo(plans, output).map((level) => [...level].sort(([one], [other]) => one - other));
  return { outputs: plans.map((plan) => plan.output), fields: core.fieldsOf(plans), ways };
}

function answer(core, { kind, ...question }) {
  const { x, kernel, size, options } = question;
  if (kind === "geometry") return geometry(core, question);
  if (kind === "stack") return stack(core, question);
  if (kind === "terms") return terms(core, question);
  if (kind === "conv2d") return core.conv2d(load(x), load(kernel), options);
  if (kind === "transpose") return core.convTranspose2d(load(x), load(kernel), options);
  return core.pool2d(load(x), kind, size, options);
}

/** One plain answer per case; an impossible combination answers with its words. */
export function answers(core, cases) {
  return cases.map((question) => {
    try {
      const { shape, data, ...rest } = answer(core, question);
      return data ? { shape, data: Array.from(data) } : rest;
    } catch (error) {
      return { error: error.message, named: error instanceof core.GeometryError };
    }
  });
}
