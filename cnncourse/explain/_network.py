"""A model that can be listened to while it runs, however its layers are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import numpy as np

from cnncourse import _checks

PROBABILITIES = ("softmax", "sigmoid")


class Network:
    """A Keras model, the names of its layers, and what they return.

    Layers are heard where they are *called*, so it makes no difference whether a model is
    functional, sequential or subclassed, nor how deep a layer is nested. (The usual recipe builds
    ``keras.Model(model.input, inner_layer.output)``, which fails as soon as models contain models.)

    Parameters
    ----------
    model : keras.Model
        With one input.
    images : array_like of shape (N, H, W, C)
        The first is shown to the model once, to learn which layers it calls.

    Attributes
    ----------
    images : ndarray of float32, shape (N, H, W, C)
    layers : dict of str to keras.layers.Layer
        By path, such as ``"base/stage3"``.
    shapes : dict of str to tuple
        What the layers returned for one image (None where it is no single tensor), in the order
        in which they were called.
    """

    def __init__(self, model: Any, images: Any) -> None:
        if not isinstance(model, keras.Model):
            _checks.fail("model", "a Keras model", model)
        self.model = model
        self.images = _matching(model, images)
        self._call(self.images[:1])  # builds what isn't built yet
        self.layers = dict(_tree(model))
        output, heard = self._listen(self.images[:1], list(self.layers), None)
        self.shapes = {path: _shape(value) for path, value in heard.items()}
        self.output = _shape(output)
        # The innermost layer that returned the model's output finished first.
        self._last = next((path for path, value in heard.items() if value is output), None)
        self.activation = self._final_activation()
        _in_range(self.images, self.layers[next(iter(heard))] if heard else None)
        if output_is_distribution(output) and self.activation is None:
            self.activation = "elsewhere"

    def run(
        self,
        images: Any,
        listen: Sequence[str] = (),
        watch: Callable[[Any], None] | None = None,
        logits: bool = False,
    ) -> tuple[Any, dict[str, Any]]:
        """Return the output for a batch, and what the layers at the paths `listen` returned.

        `watch` gets their outputs before any later layer does, for a gradient tape. With `logits`
        a softmax or sigmoid at the very end is left out.
        """
        with ExitStack() as stack:
            if logits:
                stack.enter_context(self._without_activation())
            return self._listen(images, listen, watch)

    def find(self, layer: Any, name: str = "layer") -> str:
        """Return the path of a layer, given as its name, path or itself; it has to be called."""
        if isinstance(layer, str):
            found = [path for path in self.shapes if path == layer]
            found = found or [path for path in self.shapes if path.rpartition("/")[2] == layer]
        else:
            found = [path for path in self.shapes if self.layers[path] is layer]
        if len(found) == 1:
            return found[0]
        if found:
            _checks.fail(name, f"one layer; there are {_listed(found)}", layer)
        _checks.fail(
            name, f"a layer that {self.model.name!r} calls: {_listed(list(self.shapes))}", layer
        )

    def find_maps(self, layer: Any = None) -> str:
        """Return the path of a layer that gives maps; by default the last one after a convolution.

        Maps of a single place, as a global average leaves them, are passed over by default.
        """
        if layer is not None:
            path = self.find(layer)
            shape = self.shapes[path]
            if shape is None or len(shape) != 4:
                maps = [one for one, size in self.shapes.items() if size and len(size) == 4]
                _checks.fail(
                    "layer",
                    f"one that gives maps (N, H, W, C): {_listed(maps)}",
                    f"{path!r} with an output of shape {shape}",
                )
            return path
        best, convolved = None, False
        for path, shape in self.shapes.items():
            weights = self.layers[path].weights
            convolved = convolved or any(len(weight.shape) == 4 for weight in weights)
            if convolved and shape and len(shape) == 4 and shape[1] * shape[2] > 1:
                best = path
        if best is None:
            found = [f"{path} {shape}" for path, shape in self.shapes.items()]
            _checks.fail(
                "model",
                "a network with a convolution, whose maps can be looked at",
                _Words(f"{self.model.name!r} with the layers {_listed(found)}"),
            )
        return best

    def classes(self, class_index: Any, batch_size: int) -> np.ndarray:
        """Return the class of every image: the given one, or the one the model votes for."""
        if self.output is None or len(self.output) != 2:
            _checks.fail(
                "model",
                "one that returns scores (N, classes); give `score` for any other output",
                _Words(f"{self.model.name!r} with an output of shape {self.output}"),
            )
        count, images = self.output[1], len(self.images)
        if class_index is None:
            return np.concatenate(
                [
                    keras.ops.convert_to_numpy(self.run(self.images[rows], logits=True)[0])
                    for rows in batches(images, batch_size)
                ]
            ).argmax(axis=1)
        expected = f"classes from 0 to {count - 1}, one for all images or one for each"
        indices = np.asarray(class_index)
        if indices.dtype.kind not in "iu" or indices.shape not in ((), (images,)):
            _checks.fail("class_index", expected, class_index)
        if indices.min() < 0 or indices.max() >= count:
            _checks.fail("class_index", expected, class_index)
        return np.broadcast_to(indices, (images,)).astype(np.int64)

    def probabilities(self, images: np.ndarray, batch_size: int) -> np.ndarray:
        """Return probabilities (N, classes), from scores too."""
        undo = self.activation != "elsewhere"
        parts = []
        for rows in batches(len(images), batch_size):
            output = self.run(images[rows], logits=undo)[0]
            if undo:
                alone = self.activation == "sigmoid" or output.shape[1] == 1
                output = (keras.ops.sigmoid if alone else keras.ops.softmax)(output)
            parts.append(keras.ops.convert_to_numpy(output))
        return np.concatenate(parts)

    def _call(self, images: Any) -> Any:
        return self.model(keras.ops.convert_to_tensor(images), training=False)

    def _listen(
        self, images: Any, listen: Sequence[str], watch: Callable[[Any], None] | None
    ) -> tuple[Any, dict[str, Any]]:
        heard: dict[str, Any] = {}

        def listening(path: str, call: Callable) -> Callable:
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                output = call(*args, **kwargs)
                if watch is not None:
                    watch(output)
                heard.pop(path, None)  # of a layer called twice, the last call counts
                heard[path] = output
                return output

            return wrapped

        with ExitStack() as stack:
            for path in listen:
                layer = self.layers[path]
                stack.enter_context(replaced(layer, "call", listening(path, layer.call)))
            return self._call(images), heard

    def _final_activation(self) -> str | None:
        if self._last is None:
            return None
        layer = self.layers[self._last]
        if isinstance(layer, keras.layers.Softmax):
            return "softmax"
        name = getattr(getattr(layer, "activation", None), "__name__", None)
        return name if name in PROBABILITIES else None

    @contextmanager
    def _without_activation(self) -> Iterator[None]:
        if self.activation is None:
            yield
            return
        if self.activation == "elsewhere" or self._last is None:
            _checks.fail(
                "model",
                "one that ends with scores, or with a layer that turns them into probabilities",
                _Words(
                    f"{self.model.name!r}, whose probabilities come from no layer; "
                    "take them out, or give `score`"
                ),
            )
        layer = self.layers[self._last]
        if isinstance(layer, keras.layers.Softmax):
            change = replaced(layer, "call", lambda inputs, *_, **__: inputs)
        else:
            change = replaced(layer, "activation", keras.activations.linear)
        with change:
            yield


def output_is_distribution(output: Any) -> bool:
    """Return whether an output of one image looks like the probabilities of several classes."""
    if _shape(output) is None or len(output.shape) != 2 or output.shape[1] < 2:
        return False
    row = keras.ops.convert_to_numpy(output).astype(float)
    return bool((row >= 0).all() and np.allclose(row.sum(axis=1), 1, atol=1e-3))


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Give an object another attribute for a while, past Keras' own book-keeping."""
    attributes = vars(owner)
    had, before = name in attributes, attributes.get(name)
    attributes[name] = value
    try:
        yield
    finally:
        if had:
            attributes[name] = before
        else:
            del attributes[name]


def batches(count: int, size: Any) -> list[slice]:
    """Return slices of at most `size` out of `count`."""
    size = _checks.integer("batch_size", size, 1)
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


class _Words:
    """What came, in an error message, without quotes around it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:77]}..."


def _tree(owner: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every layer below `owner` with its path, outer ones first."""
    inner = getattr(owner, "layers", None) or getattr(owner, "_layers", None) or ()
    taken: set[str] = set()
    for layer in inner:
        path, number = above + layer.name, 1
        while path in taken:  # subclassed models may use a name twice
            number += 1
            path = f"{above}{layer.name}#{number}"
        taken.add(path)
        yield path, layer
        yield from _tree(layer, f"{path}/")


def _listed(names: Sequence[str], most: int = 40) -> str:
    shown = ", ".join(names[-most:])
    return f"…, {shown}" if len(names) > most else shown or "none"


def _shape(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if hasattr(value, "shape") else None


def _matching(model: keras.Model, images: Any) -> np.ndarray:
    """Return images as float32 if they have the shape that the model takes."""
    array = _checks.array("images", images, "N H W C")
    wanted = None
    if isinstance(model, keras.Sequential) or hasattr(model, "inputs"):
        wanted = getattr(model, "input_shape", None) if model.built else None
    if isinstance(wanted, (list, dict)):
        _checks.fail("model", "one with a single input", _Words(f"inputs of shapes {wanted}"))
    if wanted is not None:
        fits = len(wanted) == 4 and all(
            side in (None, size) for side, size in zip(wanted[1:], array.shape[1:], strict=True)
        )
        if not fits:
            _checks.fail("images", f"what {model.name!r} takes, shape {wanted}", array)
    if not np.isfinite(array).all():
        _checks.fail("images", "finite pixels", _Words("NaN or infinite values"))
    return array.astype(np.float32)


def _in_range(images: np.ndarray, first: Any) -> None:
    """Refuse pixels that can't be what a model that scales them itself expects."""
    if not isinstance(first, keras.layers.Rescaling) or np.max(np.abs(first.scale)) > 0.1:
        return
    low, high = float(images.min()), float(images.max())
    if low < 0 or high > 255 or 0 < high <= 1:
        _checks.fail(
            "images",
            f"pixels of 0 to 255, which the layer {first.name!r} scales",
            _Words(f"values from {low:g} to {high:g}"),
        )
