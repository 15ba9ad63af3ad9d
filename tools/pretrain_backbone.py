"""Train the small network that `cnncourse.transfer.backbone` brings along, from a seed.

    python -m tools.pretrain_backbone            # all of it, about half an hour on two cores
    python -m tools.pretrain_backbone --check    # is the file still what this script makes?

The images are drawn once and kept in `_build/pretraining/`, beside a checkpoint after each epoch:
a killed run goes on after its last whole epoch, with the batches it would have had anyway. At the
end it replaces `cnncourse/transfer/backbone.npz` (half precision, the source task's top included)
and `backbone.json`, which holds the checksum and everything that the model card says.

`--check` does not train to the end. It (1) repeats the first steps from the seed, which any change
of the images, the network, the batches or the optimizer would alter, and compares their mean loss
with the recorded one; (2) draws the validation images afresh and compares the accuracy of the
shipped file on them. A full run on another processor ends near the recorded accuracy, but not at
the same weights: sums are rounded in another order.
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
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnncourse import samples
from tools import machine

ROOT = Path(__file__).parents[1]
WORK = ROOT / "_build" / "pretraining"
SHIPPED = ROOT / "cnncourse" / "transfer"

SIZE = 64
TRAIN, VALIDATION = 24_000, 1_500
TRAIN_SEED, VALIDATION_SEED, SEED = 1, 2, 0
BATCH, SHIFT = 64, 4
# Sides of the pictures, epoch by epoch. Small ones cost half as much, and teach the network to
# know things at more than one size; the last epochs are at the size that is validated.
SIDES = (48,) * 9 + (64,) * 3
EPOCHS, STEPS = len(SIDES), -(-TRAIN // BATCH)
RATE, DECAY, WARM_UP = 2e-3, 0.02, 500
FIRST_STEPS = 100  # whose mean loss is recorded
# Largest differences that `--check` lets pass: rounding in other orders moves them a little.
LOSS_TOLERANCE, ACCURACY_TOLERANCE = 0.02, 0.01
# How far a full run's accuracy may end from the recorded one: other sums, another valley.
FULL_RUN_TOLERANCE = 0.03


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return images and labels of the source task, from disk if this version drew them before."""
    probe = samples.source_task(30, SIZE, seed, progress=False).images.tobytes()
    key = hashlib.sha256(repr((count, seed, SIZE)).encode() + probe).hexdigest()[:12]
    place = WORK / f"source-{key}.npz"
    if not place.exists():
        print(f"drawing {count:,} images of {SIZE} px, seed {seed}", flush=True)
        new = samples.source_task(count, SIZE, seed, progress=False)
        buffer = io.BytesIO()
        np.savez(buffer, images=new.images, labels=new.labels)
        write(place, buffer.getvalue())
    with np.load(place, allow_pickle=False) as stored:
        return stored["images"], stored["labels"]


def epoch_of(images: np.ndarray, labels: np.ndarray, epoch: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the images as an epoch shows them: in its order and size, mirrored, shifted.

    The first epoch keeps the order in which images are drawn, so that a check of the first steps
    needs the first images only.
    """
    rng = np.random.default_rng([SEED, epoch])
    count = len(images)
    order = np.arange(count) if epoch == 0 else rng.permutation(count)
    mirrored = rng.random(count) < 0.5
    offsets = rng.integers(0, 2 * SHIFT + 1, (count, 2))
    side = SIDES[epoch]
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


def fresh() -> Any:
    """Return the network before its first step, compiled."""
    import keras

    from cnncourse.transfer import _network

    keras.utils.set_random_seed(SEED)
    model = _network.network((None, None, 3), len(samples.source_task(0).class_names))
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 20, EPOCHS * STEPS - WARM_UP, alpha=0.01, warmup_target=RATE, warmup_steps=WARM_UP
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
    """Train to the end, going on from a checkpoint if there is one, and ship the result."""
    import keras

    images, labels = drawn(TRAIN, TRAIN_SEED)
    seen = drawn(VALIDATION, VALIDATION_SEED)
    folder = WORK / fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    log_file, checkpoint = folder / "log.json", folder / "last.keras"
    log: list[dict[str, Any]] = []
    if log_file.exists() and checkpoint.exists():
        model = keras.models.load_model(checkpoint)
        # The log is written first: it may be an epoch ahead, and that epoch comes again.
        log = json.loads(log_file.read_text())[: int(model.optimizer.iterations) // STEPS]
        print(f"going on after epoch {len(log)}", flush=True)
    else:
        model = fresh()
    for epoch in range(len(log), EPOCHS):
        start = time.perf_counter()
        shown, targets = epoch_of(images, labels, epoch)
        entry: dict[str, Any] = {"epoch": epoch + 1}
        if epoch == 0:
            entry["first_loss"] = first_loss(fresh(), shown, targets)
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
            f"epoch {epoch + 1}/{EPOCHS}: loss {entry['loss']:.3f}, "
            f"validation {loss:.3f} and {accuracy:.3f}, {entry['seconds']:.0f} s",
            flush=True,
        )
    ship(model, seen, log)


def ship(model: Any, seen: tuple[np.ndarray, np.ndarray], log: list[dict[str, Any]]) -> None:
    """Write weights in half precision, and what the model card says about them."""
    halves = {weight.path: np.asarray(weight, np.float16) for weight in model.weights}
    if not all(np.isfinite(array).all() for array in halves.values()):
        raise SystemExit("A weight does not fit into half precision; nothing is written.")
    model.set_weights([array.astype(np.float32) for array in halves.values()])
    _, accuracy = model.evaluate(*seen, batch_size=256, verbose=0)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **halves)  # type: ignore[arg-type]
    content = buffer.getvalue()
    card = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "class_names": list(samples.source_task(0).class_names),
        "parameters": model.count_params(),
        "images": {"train": TRAIN, "validation": VALIDATION, "size": SIZE, "sides": list(SIDES)},
        "seeds": {"train": TRAIN_SEED, "validation": VALIDATION_SEED, "network": SEED},
        "epochs": EPOCHS,
        "batch": BATCH,
        "validation_accuracy": accuracy,
        "first_loss": log[0]["first_loss"],
        "tolerance": {
            "first_loss": LOSS_TOLERANCE,
            "validation_accuracy": ACCURACY_TOLERANCE,
            "validation_accuracy_of_a_full_run": FULL_RUN_TOLERANCE,
        },
        "log": log,
        "seconds": sum(entry["seconds"] for entry in log),
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

    card = json.loads((SHIPPED / "backbone.json").read_text())
    start = samples.source_task(FIRST_STEPS * BATCH, SIZE, TRAIN_SEED, progress=False)
    # Chance is thrown for all images at once, so the few must stand among as many.
    padded = np.zeros((TRAIN, SIZE, SIZE, 3), np.uint8)
    padded[: len(start.images)] = start.images
    labels = np.zeros(TRAIN, np.int64)
    labels[: len(start.images)] = start.labels
    loss = first_loss(fresh(), *epoch_of(padded, labels, 0))
    seen = samples.source_task(VALIDATION, SIZE, VALIDATION_SEED, progress=False)
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
