"""Runs learner code: boxed in time, quiet, and whatever it does.

One thread does all the work of a check while the caller's thread watches the clock;
docs/decisions/0007-time-box.md says why.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import inspect
import linecache
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_TICK_SECONDS = 0.02  # how often the watching thread looks
# Code with a bare `except:` inside its loop ends only if the exception hits it outside of the try,
# so it takes many attempts.
_HASTE_SECONDS = 0.002
_GRACE_SECONDS = 1.0  # how long a call that is told to stop may take to do so
_PRINTED_LIMIT = 1000  # characters that are kept of what one call prints


class TimeUp(BaseException):
    """Raised inside learner code whose time is up; ``except Exception`` lets it pass."""


@dataclass
class Call:
    """What one call did.

    Parameters
    ----------
    how : {"returned", "raised", "endless"}
        How it ended.
    value : object
        What it returned.
    error : str
        Type and message of what it raised; ``""`` otherwise.
    error_type : str
        Name of that type.
    line : str
        Where in the learner's code it was raised; ``""`` if unknown.
    printed : str
        The beginning of what it printed.
    stopped : bool
        False if it could not be stopped and still runs.
    """

    how: str
    value: Any = None
    error: str = ""
    error_type: str = ""
    line: str = ""
    printed: str = ""
    stopped: bool = True


class Worker(threading.Thread):
    """A thread that does one job, in which every `call` has its time.

    Parameters
    ----------
    job : callable
        Is given the worker, for its `call`.
    seconds : float
        How long one call may take.
    """

    def __init__(self, job: Callable[[Worker], None], seconds: float) -> None:
        super().__init__(daemon=True, name="learner code")
        self.error: Exception | None = None
        self.finished = False
        self._job = job
        self._seconds = seconds
        self._over = threading.Event()
        self._guard = threading.Lock()
        self._until: float | None = None  # when the call in progress has to be over
        self._dropped = False  # nobody waits for this thread any more
        self._printed = ""

    def run(self) -> None:
        """Do the job; `threading` calls this in the new thread."""
        try:
            self._job(self)
            self.finished = True
        except TimeUp:
            pass  # the watching thread knows
        except Exception as error:  # a fault of ours, for the caller to see
            self.error = error
        finally:
            self._over.set()

    def call(
        self, function: Callable[..., Any], positional: list[Any], keywords: dict[str, Any]
    ) -> Call:
        """Call `function` and return what became of it, never an exception of its own."""
        if self._dropped:
            raise TimeUp
        self._printed = ""
        with self._guard:
            self._until = time.monotonic() + self._seconds
        try:
            with np.errstate(all="ignore"):  # a NaN is reported, so no warning is needed
                outcome = Call("returned", value=function(*positional, **keywords))
        except TimeUp:
            outcome = Call("endless")
        except BaseException as error:  # SystemExit and KeyboardInterrupt of learner code, too
            outcome = _raised(error, function)
        with self._guard:
            self._until = None
        if self._dropped:
            raise TimeUp
        outcome.printed = self._printed
        return outcome

    def ended(self, seconds: float) -> bool:
        """Wait for at most `seconds`; return whether the job has ended."""
        # Not `join`: interrupted by the reader, it takes a running thread for ended (bpo-45274).
        return self._over.wait(seconds) or not self.is_alive()

    def hear(self, text: str) -> None:
        """Keep the beginning of what a call prints."""
        self._printed += text[: _PRINTED_LIMIT - len(self._printed)]

    def interrupt_if_late(self) -> float:
        """Raise `TimeUp` in a call that is late; return by how many seconds it is."""
        with self._guard:
            late = 0.0 if self._until is None else time.monotonic() - self._until
            if late > 0:
                self._throw()
        return late

    def drop(self) -> None:
        """Wait no longer: the job ends as soon as it can be made to, in the background at worst."""
        self._dropped = True
        self._throw_into_call()
        if not self.ended(5 * _TICK_SECONDS):
            threading.Thread(target=self._throw_until_it_ends, daemon=True).start()

    def _throw_until_it_ends(self) -> None:
        while not self.ended(_TICK_SECONDS):
            self._throw_into_call()

    def _throw_into_call(self) -> None:
        with self._guard:
            if self._until is not None:
                self._throw()

    def _throw(self) -> None:
        # Only with the guard held and a call in progress: our own code is never torn apart.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self.ident or 0), ctypes.py_object(TimeUp)
        )


def work(job: Callable[[Worker], None], seconds: float) -> Worker:
    """Do `job` in a thread of its own and return that thread; it has not ended if nothing stops it.

    Parameters
    ----------
    job : callable
        Is given a `Worker` and passes learner code to its `call`.
    seconds : float
        How long one call may take; a job whose call can't be stopped is left behind.
    """
    worker = Worker(job, seconds)
    with _heard(worker):
        try:
            worker.start()
            tick, late = _TICK_SECONDS, 0.0
            while not worker.ended(tick) and late < _GRACE_SECONDS:
                late = worker.interrupt_if_late()
                tick = _HASTE_SECONDS if late > 0 else _TICK_SECONDS
        finally:  # also when the reader interrupts the kernel, be it while the thread starts
            worker.drop()
    if worker.error is not None:
        raise worker.error
    return worker


class _Stream:
    """Stands in for ``sys.stdout``: a worker's text is kept apart, all other text passes."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        thread = threading.current_thread()
        if isinstance(thread, Worker):
            thread.hear(str(text))
            return len(text)
        return self._stream.write(text)

    def flush(self) -> None:
        if not isinstance(threading.current_thread(), Worker):
            self._stream.flush()


@contextlib.contextmanager
def _heard(worker: Worker) -> Iterator[None]:
    """Keep what `worker` prints; the streams stay wrapped if it can't be stopped."""
    originals = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    wrapped = {name: _Stream(stream) for name, stream in originals.items()}
    for name, stream in wrapped.items():
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in wrapped.items():
            if worker.ended(0) and getattr(sys, name) is stream:
                setattr(sys, name, originals[name])


def _raised(error: BaseException, function: Callable[..., Any]) -> Call:
    """Return what a learner needs to know of `error`; of the traceback only their line."""
    try:
        message = str(error)
    except Exception:  # an exception class of theirs whose own __str__ fails
        message = ""
    kind = type(error).__name__
    text = f"{kind}: {message}" if message else kind
    return Call(
        "raised",
        error=text if len(text) <= 300 else f"{text[:297]}...",
        error_type=kind,
        line=_line(error, function),
    )


def _line(error: BaseException, function: Callable[..., Any]) -> str:
    code = getattr(plain(function), "__code__", None)
    if code is None:
        return ""
    found = ""
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == code.co_filename:
            source = linecache.getline(code.co_filename, traceback.tb_lineno).strip()
            found = f"line {traceback.tb_lineno}" + (f": {source}" if source else "")
        traceback = traceback.tb_next
    return found


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the Python function under decorators, partial calls and methods."""
    while True:
        inner = inspect.unwrap(function)
        if isinstance(inner, functools.partial):
            inner = inner.func
        inner = getattr(inner, "__func__", inner)
        if inner is function:
            return inner
        function = inner
