// The numbers of the figures: no document in here, so that Node and a browser run the same file.
//
// An *axis plan* says what happens along one axis; every operation is built from the same plans
// that the figures draw, so a picture can't show another window than the one that is summed.
// The conventions are TensorFlow's and Keras': "same" padding that can't be split evenly puts the
// odd cell *after* the input, average pooling leaves padding out of the mean, kernels aren't flipped.

// ---- tensors -------------------------------------------------------------------------------

/** A tensor: `shape`, and `data` as one Float64Array in row-major order. */
export function tensor(shape, data = null) {
  const count = shape.reduce((product, size) => product * size, 1);
  if (data !== null && data.length !== count) {
    throw new RangeError(`shape ${shape.join(" × ")} needs ${count} values, not ${data.length}`);
  }
  return { shape: [...shape], data: data === null ? new Float64Array(count) : Float64Array.from(data) };
}

/** The tensor of nested arrays, such as [[1, 2], [3, 4]]. */
export function fromNested(nested) {
  const shape = [];
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  return tensor(shape, nested.flat(Infinity));
}

/** One channel: height × width values as a tensor H W 1. */
export function grey(height, width, data) {
  return tensor([height, width, 1], data);
}

// ---- index arithmetic along one axis -------------------------------------------------------

/** Why a combination has no output, in words a reader can act on. */
export class GeometryError extends Error {}

/** How many cells a kernel spans once its taps stand `dilation` apart. */
export function reachOf(kernel, dilation = 1) {
  return dilation * (kernel - 1) + 1;
}

function cells(count) {
  return count === 1 ? "1 cell" : `${count} cells`;
}

/**
 * The plan of a convolution or a pooling: `before` and `after` count the cells of padding.
 * Output `o` reads the positions `o · stride − before + tap · dilation`.
 */
export function convAxis({ size, kernel, stride = 1, padding = "valid", dilation = 1 }) {
  const reach = reachOf(kernel, dilation);
  const plan = { transposed: false, size, kernel, stride, padding, dilation, reach };
  if (padding === "same") {
    const output = Math.ceil(size / stride);
    const total = Math.max((output - 1) * stride + reach - size, 0);
    const before = Math.floor(total / 2);
    return { ...plan, output, before, after: total - before };
  }
  if (reach > size) {
    throw new GeometryError(
      `The kernel reaches over ${cells(reach)}, the input has only ${size}: with valid padding it ` +
        "fits nowhere, so there is no output. Use a smaller kernel or dilation, a longer input, or " +
        "same padding.",
    );
  }
  return { ...plan, output: Math.floor((size - reach) / stride) + 1, before: 0, after: 0 };
}

/**
 * The plan of a transposed convolution: `before` and `after` count the cells cut off the ends.
 * Input `i` feeds the positions `i · stride − before + tap · dilation`.
 * `outputPadding` null leaves the choice to Keras; a number is taken at its word.
 */
export function transposeAxis({
  size,
  kernel,
  stride = 1,
  padding = "valid",
  dilation = 1,
  outputPadding = null,
}) {
  const reach = reachOf(kernel, dilation);
  if (outputPadding !== null && outputPadding >= stride) {
    throw new GeometryError(
      `Output padding has to stay below the stride: ${outputPadding} is not below ${stride}. It ` +
        "chooses between the output sizes that one stride makes possible, and there are only " +
        `${stride} of them (0 to ${stride - 1}).`,
    );
  }
  let output;
  if (padding === "same") {
    output = outputPadding === null ? size * stride : (size - 1) * stride + (reach % 2) + outputPadding;
    if (Math.ceil(output / stride) !== size) {
      throw new GeometryError(
        `An output of ${cells(output)} is too short: a same convolution with stride ${stride} makes ` +
          `${Math.ceil(output / stride)} of it, not the ${size} of the input, so TensorFlow refuses. ` +
          "A kernel that reaches over an even number of cells needs an output padding of at least 1.",
      );
    }
  } else {
    output = (size - 1) * stride + (outputPadding === null ? Math.max(reach, stride) : reach + outputPadding);
  }
  const full = (size - 1) * stride + reach;
  const cut = padding === "same" ? Math.max(full - output, 0) : 0;
  const before = Math.floor(cut / 2);
  return {
    transposed: true, size, kernel, stride, padding, dilation, outputPadding, reach,
    output, before, after: cut - before,
  };
}

/**
 * What feeds output `o`: a list of { tap, input } by rising tap. For a convolution, an `input`
 * below 0 or beyond the size is padding; for a transposed one only real inputs are listed.
 */
export function feeding(plan, o) {
  const found = [];
  for (let tap = 0; tap < plan.kernel; tap += 1) {
    if (!plan.transposed) {
      found.push({ tap, input: o * plan.stride - plan.before + tap * plan.dilation });
      continue;
    }
    const input = (o + plan.before - tap * plan.dilation) / plan.stride;
    if (Number.isInteger(input) && input >= 0 && input < plan.size) found.push({ tap, input });
  }
  return found;
}

/** What input `i` feeds: a list of { tap, output } by rising output. */
export function fedBy(plan, i) {
  const found = [];
  for (let output = 0; output < plan.output; output += 1) {
    for (const { tap, input } of feeding(plan, output)) {
      if (input === i) found.push({ tap, output });
    }
  }
  return found;
}

/** Whether position `input` lies in the input rather than in its padding. */
export function isReal(plan, input) {
  return input >= 0 && input < plan.size;
}

// ---- stacks of layers along one axis -------------------------------------------------------

/** The plans of layers that read each other's output, first layer first. */
export function stackAxes(size, layers) {
  const stack = [];
  for (const layer of layers) {
    const input = stack.length === 0 ? size : stack.at(-1).output;
    stack.push(convAxis({ ...layer, size: input }));
  }
  return stack;
}

/**
 * For the input and for every layer of a stack: how many inputs one of its outputs sees (`size`),
 * how far apart the fields of neighbours start (`jump`), and where that of output 0 starts (`start`).
 */
export function fieldsOf(stack) {
  const fields = [{ size: 1, jump: 1, start: 0 }];
  for (const { reach, before, stride } of stack) {
    const { size, jump, start } = fields.at(-1);
    fields.push({ size: size + (reach - 1) * jump, jump: jump * stride, start: start - before * jump });
  }
  return fields;
}

/**
 * For the input and for every layer: on how many ways each of its cells reaches `output` of the
 * last layer, as a Map from cells, those of padding among them, to numbers. Padding ends a way.
 */
export function waysTo(stack, output) {
  const levels = [new Map([[output, 1]])];
  for (const plan of [...stack].reverse()) {
    const ways = new Map();
    for (const [cell, number] of levels[0]) {
      if (cell < 0 || cell >= plan.output) continue;
      for (const { input } of feeding(plan, cell)) ways.set(input, (ways.get(input) ?? 0) + number);
    }
    levels.unshift(ways);
  }
  return levels;
}

// ---- operations on H W C -------------------------------------------------------------------

function plans(make, x, kernel, { stride = [1, 1], padding = "valid", dilation = [1, 1], outputPadding = [null, null] }) {
  return [0, 1].map((axis) =>
    make({
      size: x.shape[axis],
      kernel: kernel[axis],
      stride: stride[axis],
      padding,
      dilation: dilation[axis],
      outputPadding: outputPadding[axis],
    }),
  );
}

/** For each output position of an axis, the taps that read a real input. */
function realTaps(plan) {
  return Array.from({ length: plan.output }, (_, o) =>
    feeding(plan, o).filter(({ input }) => isReal(plan, input)),
  );
}

/** Call `visit(row, column, rowTaps, columnTaps)` for every output pixel. */
function everyPixel([rows, columns], visit) {
  const rowTaps = realTaps(rows);
  const columnTaps = realTaps(columns);
  rowTaps.forEach((down, row) => columnTaps.forEach((right, column) => visit(row, column, down, right)));
}

function weightedSums(x, kernel, axes, filters, weightAt) {
  const [, width, channels] = x.shape;
  const out = tensor([axes[0].output, axes[1].output, filters]);
  everyPixel(axes, (row, column, down, right) => {
    for (let filter = 0; filter < filters; filter += 1) {
      let sum = 0;
      for (const r of down) {
        for (const c of right) {
          for (let channel = 0; channel < channels; channel += 1) {
            const value = x.data[(r.input * width + c.input) * channels + channel];
            sum += value * kernel.data[weightAt(r.tap, c.tap, channel, filter)];
          }
        }
      }
      out.data[(row * axes[1].output + column) * filters + filter] = sum;
    }
  });
  return out;
}

/**
 * Convolution as deep learning means it (the kernel is not flipped).
 * `x` is H W Cin, `kernel` KH KW Cin Cout; options: stride, dilation [down, right], padding.
 */
export function conv2d(x, kernel, options = {}) {
  const [height, width, channels, filters] = kernel.shape;
  const axes = plans(convAxis, x, [height, width], options);
  return weightedSums(
    x, kernel, axes, filters,
    (r, c, channel, filter) => ((r * width + c) * channels + channel) * filters + filter,
  );
}

/** Transposed convolution; `kernel` is KH KW Cout Cin, as in Keras. Options also: outputPadding. */
export function convTranspose2d(x, kernel, options = {}) {
  const [height, width, filters, channels] = kernel.shape;
  const axes = plans(transposeAxis, x, [height, width], options);
  return weightedSums(
    x, kernel, axes, filters,
    (r, c, channel, filter) => ((r * width + c) * filters + filter) * channels + channel,
  );
}

/** Pooling of kind "max" or "average"; `size` [down, right], the stride is `size` unless given. */
export function pool2d(x, kind, size, options = {}) {
  const axes = plans(convAxis, x, size, { stride: size, ...options });
  const [, width, channels] = x.shape;
  const out = tensor([axes[0].output, axes[1].output, channels]);
  everyPixel(axes, (row, column, down, right) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const values = down.flatMap((r) =>
        right.map((c) => x.data[(r.input * width + c.input) * channels + channel]),
      );
      // Padding holds no value: it can't win a maximum, and it doesn't count in a mean.
      const pooled =
        kind === "max" ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
      out.data[(row * axes[1].output + column) * channels + channel] = pooled;
    }
  });
  return out;
}

/** The terms that make one output pixel of one channel: { row, column, weight, value, real }. */
export function termsAt(axes, x, kernel, row, column) {
  const [rows, columns] = axes;
  return feeding(rows, row).flatMap((r) =>
    feeding(columns, column).map((c) => {
      const real = isReal(rows, r.input) && isReal(columns, c.input);
      return {
        row: r.input,
        column: c.input,
        weight: kernel.data[r.tap * columns.kernel + c.tap],
        value: real ? x.data[r.input * columns.size + c.input] : 0,
        real,
      };
    }),
  );
}
