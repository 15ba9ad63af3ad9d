"""Wrong numeric cores of the figures: what people and programs get wrong about these operations.

Each is (what is wrong, the text of ``core.mjs`` that makes it right, the text that makes it
wrong). The golden tests have to tell every one of them from the real core.
"""

MUTANTS: list[tuple[str, str, str]] = [
    (
        "the odd cell of same padding goes before the input",
        "const before = Math.floor(total / 2);",
        "const before = Math.ceil(total / 2);",
    ),
    (
        "same padding all before the input",
        "const before = Math.floor(total / 2);",
        "const before = total;",
    ),
    (
        "same padding as if the stride were 1",
        "const total = Math.max((output - 1) * stride + reach - size, 0);",
        "const total = reach - 1;",
    ),
    (
        "same padding may turn negative",
        "const total = Math.max((output - 1) * stride + reach - size, 0);",
        "const total = (output - 1) * stride + reach - size;",
    ),
    (
        "floor for ceil in the output size of same padding",
        "const output = Math.ceil(size / stride);",
        "const output = Math.floor(size / stride);",
    ),
    (
        "ceil for floor in the output size of valid padding",
        "output: Math.floor((size - reach) / stride) + 1",
        "output: Math.ceil((size - reach) / stride) + 1",
    ),
    (
        "the + 1 of the output size forgotten",
        "output: Math.floor((size - reach) / stride) + 1",
        "output: Math.floor((size - reach) / stride)",
    ),
    (
        "dilation counted as gaps at every tap",
        "return dilation * (kernel - 1) + 1;",
        "return dilation * kernel;",
    ),
    (
        "dilation ignored when the taps are placed",
        "input: o * plan.stride - plan.before + tap * plan.dilation",
        "input: o * plan.stride - plan.before + tap",
    ),
    (
        "stride ignored when the window is placed",
        "input: o * plan.stride - plan.before + tap * plan.dilation",
        "input: o - plan.before + tap * plan.dilation",
    ),
    (
        "kernel flipped",
        "input: o * plan.stride - plan.before + tap * plan.dilation",
        "input: o * plan.stride - plan.before + (plan.kernel - 1 - tap) * plan.dilation",
    ),
    (
        "height taken for width",
        "size: x.shape[axis],",
        "size: x.shape[1 - axis],",
    ),
    (
        "stride of the height used for both axes",
        "stride: stride[axis],",
        "stride: stride[0],",
    ),
    (
        "dilation of the width used for both axes",
        "dilation: dilation[axis],",
        "dilation: dilation[1],",
    ),
    (
        "channels and filters swapped in the kernel",
        "((r * width + c) * channels + channel) * filters + filter,",
        "((r * width + c) * filters + filter) * channels + channel,",
    ),
    (
        "transposed: channels and filters swapped in the kernel",
        "((r * width + c) * filters + filter) * channels + channel,",
        "((r * width + c) * channels + channel) * filters + filter,",
    ),
    (
        "transposed: the odd cell is cut off before",
        "const before = Math.floor(cut / 2);",
        "const before = Math.ceil(cut / 2);",
    ),
    (
        "transposed: everything is cut off after",
        "const before = Math.floor(cut / 2);",
        "const before = 0;",
    ),
    (
        "transposed: kernel flipped",
        "(o + plan.before - tap * plan.dilation) / plan.stride",
        "(o + plan.before - (plan.kernel - 1 - tap) * plan.dilation) / plan.stride",
    ),
    (
        "transposed: dilation ignored",
        "(o + plan.before - tap * plan.dilation) / plan.stride",
        "(o + plan.before - tap) / plan.stride",
    ),
    (
        "transposed: output padding forgotten, valid",
        "Math.max(reach, stride) : reach + outputPadding)",
        "Math.max(reach, stride) : reach)",
    ),
    (
        "transposed: output padding forgotten, same",
        "(size - 1) * stride + (reach % 2) + outputPadding;",
        "(size - 1) * stride + (reach % 2);",
    ),
    (
        "transposed: output padding goes before",
        "const full = (size - 1) * stride + reach;",
        "const full = (size - 1) * stride + reach + 2 * (outputPadding ?? 0);",
    ),
    (
        "transposed: stride beyond the kernel forgotten",
        "Math.max(reach, stride) : reach + outputPadding)",
        "reach : reach + outputPadding)",
    ),
    (
        "transposed: same is size times stride, whatever the output padding",
        "outputPadding === null ? size * stride : (size - 1)",
        "true ? size * stride : (size - 1)",
    ),
    (
        "average pooling divides by the whole window, padding included",
        "values.reduce((a, b) => a + b, 0) / values.length;",
        "values.reduce((a, b) => a + b, 0) / (size[0] * size[1]);",
    ),
    (
        "max pooling sees the zeros of the padding",
        "Math.max(...values)",
        "Math.max(0, ...values)",
    ),
    (
        "pooling steps by 1 when no stride is given",
        "{ stride: size, ...options }",
        "{ ...options }",
    ),
    (
        "a window with padding is left out of what an input feeds",
        "if (input === i) found.push({ tap, output });",
        "if (input === i && output * plan.stride >= plan.before) found.push({ tap, output });",
    ),
    (
        "the end of the input counts as real one cell too long",
        "return input >= 0 && input < plan.size;",
        "return input >= 0 && input <= plan.size;",
    ),
    (
        "the written-out sum takes its weights column by column",
        "weight: kernel.data[r.tap * columns.kernel + c.tap],",
        "weight: kernel.data[c.tap * rows.kernel + r.tap],",
    ),
    (
        "a kernel longer than the input gets an output all the same",
        "if (reach > size) {",
        "if (reach > size + 1) {",
    ),
    (
        "output padding as large as the stride is let through",
        "outputPadding !== null && outputPadding >= stride",
        "outputPadding !== null && outputPadding > stride",
    ),
    (
        "transposed: an output too short for TensorFlow is let through",
        "if (Math.ceil(output / stride) !== size) {",
        "if (output < 0) {",
    ),
    (
        "stack: every layer reads the first input",
        "stack.length === 0 ? size : stack.at(-1).output;",
        "size;",
    ),
    (
        "stack: a kernel adds its whole reach to the field",
        "size: size + (reach - 1) * jump,",
        "size: size + reach * jump,",
    ),
    (
        "stack: the layer's own stride counts for its own field",
        "size: size + (reach - 1) * jump,",
        "size: size + (reach - 1) * jump * stride,",
    ),
    (
        "stack: strides before a layer forgotten in its field",
        "size: size + (reach - 1) * jump,",
        "size: size + reach - 1,",
    ),
    (
        "stack: jumps add up instead of multiplying",
        "jump: jump * stride,",
        "jump: jump + stride - 1,",
    ),
    (
        "stack: padding counted in the layer's own cells",
        "start: start - before * jump });",
        "start: start - before });",
    ),
    (
        "stack: padding moves the field to the right",
        "start: start - before * jump });",
        "start: start + before * jump });",
    ),
    (
        "stack: each cell counts once, however many ways lead to it",
        "(ways.get(input) ?? 0) + number",
        "1",
    ),
    (
        "stack: only the taps of one layer are counted",
        "(ways.get(input) ?? 0) + number",
        "(ways.get(input) ?? 0) + 1",
    ),
    (
        "stack: ways lead on from padding",
        "if (cell < 0 || cell >= plan.output) continue;",
        "",
    ),
    (
        "stack: walked through from the first layer",
        "of [...stack].reverse()) {",
        "of stack) {",
    ),
]
