"""Train the small network that `cnncourse.transfer.backbone` brings along, from a seed.

    python -m tools.pretrain_backbone            # all of it, some fifty minutes on two cores
    python -m tools.pretrain_backbone --check    # is the file still what this script makes?

It learns in three stages, each from where the last ended: to tell large shapes and textures apart
(`samples.source_task`), which is quick; 160 shapes filled with patterns, at any size and in clutter
(`samples.emblems`); and 55 kinds of made-up flowers (`samples.garden`), as networks for the real
ones learn from pictures that show some, too.

The images are drawn once and kept in `_build/pretraining/`, beside a checkpoint after each epoch:
a killed run goes on after its last whole epoch, with the batches it would have had anyway. At the
end it replaces `cnncourse/transfer/backbone.npz` (half precision, the last stage's top included)
and `backbone.json`, which holds the checksum and everything that the model card says.

`--check` does not train to the end. It (1) repeats the first steps from the seed, which any change
of the images, the network, the batches or the optimizer would alter, and compares their mean loss
with the recorded one; (2) draws the last stage's validation images afresh and compares the
accuracy of the shipped file on them. A full run on another processor ends near the recorded
accuracy, but not at the same weights: sums are rounded in another order.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import io
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnncourse import samples
from tools import machine

ROOT = Path(__file__).parents[1]
WORK = ROOT / "_build" / "pretraining"
SHIPPED = ROOT / "cnncourse" / "transfer"

SIZE, SEED = 64, 0
BATCH, SHIFT = 64, 4
DECAY, WARM_UP = 0.02, 500
FIRST_STEPS = 100  # whose mean loss is recorded
# Largest differences that `--check` lets pass: rounding in other orders moves them a little.
LOSS_TOLERANCE, ACCURACY_TOLERANCE = 0.02, 0.01
# How far a full run's accuracy may end from the recorded one: other sums, another valley.
FULL_RUN_TOLERANCE = 0.03


@dataclass(frozen=True)
class Stage:
    """One task to learn: its images, how often and at which sides they are shown, and the rate."""

    task: str
    train: int
    validation: int
    train_seed: int
    validation_seed: int
    sides: tuple[int, ...]
    rate: float
    epochs_before: int = 0

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return -(-self.train // BATCH)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in order."""
        return getattr(samples, self.task)(0, SIZE).class_names

    def drawn(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return images and labels, from disk if this version drew them before."""
        draw = getattr(samples, self.task)
        probe = draw(30, SIZE, seed, progress=False).images.tobytes()
        key = hashlib.sha256(repr((count, seed, SIZE)).encode() + probe).hexdigest()[:12]
        place = WORK / f"{self.task}-{key}.npz"
        if not place.exists():
            print(f"drawing {count:,} images of {self.task}, seed {seed}", flush=True)
            new = draw(count, SIZE, seed, progress=False)
            buffer = io.BytesIO()
            np.savez(buffer, images=new.images, labels=new.labels)
            write(place, buffer.getvalue())
        with np.load(place, allow_pickle=False) as stored:
            return stored["images"], stored["labels"]


# Small pictures cost half as much, and teach the network to know things at more than one size; a
# stage ends with the size that is validated. Small emblems would be lost at 48 pixels.
STAGES = (
    Stage("source_task", 24_000, 1_500, 1, 2, (48,) * 9 + (64,) * 3, 2e-3),
    Stage("emblems", 32_000, 1_500, 3, 4, (64,) * 12, 2e-3, epochs_before=12),
    Stage("garden", 24_000, 1_500, 5, 6, (64,) * 12, 1.5e-3, epochs_before=24),
)


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def epoch_of(
    stage: Stage, images: np.ndarray, labels: np.ndarray, epoch: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the images as an epoch shows them: in its order and size, mirrored, shifted.

    A stage's first epoch keeps the order in which images are drawn, so that a check of the first
    steps needs the first images only.
    """
    rng = np.random.default_rng([SEED, stage.epochs_before + epoch])
    count = len(images)
    order = np.arange(count) if epoch == 0 else rng.permutation(count)
    mirrored = rng.random(count) < 0.5
    offsets = rng.integers(0, 2 * SHIFT + 1, (count, 2))
    side = stage.sides[epoch]
    shown = np.empty((count, side, side, 3), np.uint8)
    around = ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
    for place, index in enumerate(order):
        top, left = offsets[place]
        image = images[index][:, ::-1] if mirrored[place] else images[index]
        padded = np.pad(image, around, mode="edge")
        cut = padded[top : top + SIZE, left : left + SIZE]
        if side != SIZE:
            cut = np.asarray(Image.fromarray(cut).resize((side, side), Image.Resampling.BILINEAR))
        shown[place] = cut
    return shown, labels[order]


def fresh(stage: Stage) -> Any:
    """Return a network from the seed, with the stage's top, compiled."""
    import keras

    from cnncourse.transfer import _network

    keras.utils.set_random_seed(SEED)
    model = _network.network((None, None, 3), len(stage.class_names))
    steps = len(stage.sides) * stage.steps
    rate = keras.optimizers.schedules.CosineDecay(
        stage.rate / 20,
        steps - WARM_UP,
        alpha=0.01,
        warmup_target=stage.rate,
        warmup_steps=WARM_UP,
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=DECAY),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


def first_loss(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """Train for the first steps of the first epoch and return their mean loss."""
    count = FIRST_STEPS * BATCH
    history = model.fit(images[:count], labels[:count], batch_size=BATCH, shuffle=False, verbose=0)
    return float(history.history["loss"][0])


def fingerprint() -> str:
    """Return what a checkpoint depends on: this script and the network, to the letter."""
    sources = Path(__file__).read_bytes() + (SHIPPED / "_network.py").read_bytes()
    return hashlib.sha256(sources).hexdigest()[:12]


def train() -> None:
    """Train through all stages, going on from a checkpoint if there is one, and ship the result."""
    model, logs = None, []
    for stage in STAGES:
        model, log = train_stage(stage, model)
        logs.append(log)
    ship(model, logs)


def train_stage(stage: Stage, before: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Train one stage from where the model `before` ended; return the model and a log."""
    import keras

    images, labels = stage.drawn(stage.train, stage.train_seed)
    seen = stage.drawn(stage.validation, stage.validation_seed)
    folder = WORK / fingerprint() / f"{STAGES.index(stage) + 1}_{stage.task}"
    folder.mkdir(parents=True, exist_ok=True)
    log_file, checkpoint = folder / "log.json", folder / "last.keras"
    log: list[dict[str, Any]] = []
    if log_file.exists() and checkpoint.exists():
        model = keras.models.load_model(checkpoint)
        # The log is written first: it may be an epoch ahead, and that epoch comes again.
        log = json.loads(log_file.read_text())[: int(model.optimizer.iterations) // stage.steps]
        print(f"{stage.task}: going on after epoch {len(log)}", flush=True)
    else:
        model = fresh(stage)
        if before is not None:  # all, except the top of another task
            for new, old in zip(model.weights, before.weights, strict=True):
                if new.shape == old.shape:
                    new.assign(old)
    for epoch in range(len(log), len(stage.sides)):
        start = time.perf_counter()
        shown, targets = epoch_of(stage, images, labels, epoch)
        entry: dict[str, Any] = {"epoch": epoch + 1}
        if stage is STAGES[0] and epoch == 0:
            entry["first_loss"] = first_loss(fresh(stage), shown, targets)
        history = model.fit(shown, targets, batch_size=BATCH, shuffle=False, verbose=0).history
        loss, accuracy = model.evaluate(*seen, batch_size=256, verbose=0)
        entry |= {
            "loss": history["loss"][0],
            "validation_loss": loss,
            "validation_accuracy": accuracy,
            "seconds": time.perf_counter() - start,
        }
        log.append(entry)
        write(log_file, json.dumps(log).encode())
        partial = folder / "part.keras"
        model.save(partial)
        os.replace(partial, checkpoint)
        print(
            f"{stage.task}, epoch {epoch + 1} of {len(stage.sides)}: loss {entry['loss']:.3f}, "
            f"validation {loss:.3f} and {accuracy:.3f}, {entry['seconds']:.0f} s",
            flush=True,
        )
    return model, log


def ship(model: Any, logs: list[list[dict[str, Any]]]) -> None:
    """Write weights in half precision, and what the model card says about them."""
    last = STAGES[-1]
    halves = {
        weight.path: array.astype(np.float16)
        for weight, array in zip(model.weights, model.get_weights(), strict=True)
    }
    if not all(np.isfinite(array).all() for array in halves.values()):
        raise SystemExit("A weight does not fit into half precision; nothing is written.")
    model.set_weights([array.astype(np.float32) for array in halves.values()])
    seen = last.drawn(last.validation, last.validation_seed)
    _, accuracy = model.evaluate(*seen, batch_size=256, verbose=0)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **halves)
    content = buffer.getvalue()
    card = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "class_names": list(last.class_names),
        "parameters": model.count_params(),
        "size": SIZE,
        "seed": SEED,
        "batch": BATCH,
        "validation_accuracy": accuracy,
        "first_loss": logs[0][0]["first_loss"],
        "tolerance": {
            "first_loss": LOSS_TOLERANCE,
            "validation_accuracy": ACCURACY_TOLERANCE,
            "validation_accuracy_of_a_full_run": FULL_RUN_TOLERANCE,
        },
        "stages": [{**asdict(stage), "log": log} for stage, log in zip(STAGES, logs, strict=True)],
        "seconds": sum(entry["seconds"] for log in logs for entry in log),
        "hardware": machine.hardware(),
        "versions": machine.versions(),
        "date": datetime.date.today().isoformat(),
    }
    write(SHIPPED / "backbone.npz", content)
    write(SHIPPED / "backbone.json", (json.dumps(card, indent=1) + "\n").encode())
    print(f"{len(content):,} bytes, validation accuracy {accuracy:.4f} in half precision")


def check() -> None:
    """Compare the first steps and the shipped file with what is recorded."""
    from cnncourse import transfer

    card, first, last = transfer.card(), STAGES[0], STAGES[-1]
    start = samples.source_task(FIRST_STEPS * BATCH, SIZE, first.train_seed, progress=False)
    # Chance is thrown for all images at once, so the few must stand among as many.
    images = np.zeros((first.train, SIZE, SIZE, 3), np.uint8)
    labels = np.zeros(first.train, np.int64)
    images[: len(start.images)], labels[: len(start.images)] = start.images, start.labels
    loss = first_loss(fresh(first), *epoch_of(first, images, labels, 0))
    seen = getattr(samples, last.task)(last.validation, SIZE, last.validation_seed, progress=False)
    model = transfer.backbone((SIZE, SIZE, 3), include_top=True)
    guesses = model.predict(seen.images, batch_size=256, verbose=0).argmax(1)
    accuracy = float((guesses == seen.labels).mean())
    failed = False
    for name, found in (("first_loss", loss), ("validation_accuracy", accuracy)):
        limit = card["tolerance"][name]
        good = abs(found - card[name]) <= limit
        failed |= not good
        print(f"{name}: {found:.4f}, recorded {card[name]:.4f} ± {limit}: {'ok' if good else 'NO'}")
    if failed:
        sys.exit(1)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="repeat the first steps, compare")
    check() if parser.parse_args().check else train()


if __name__ == "__main__":
    main()
