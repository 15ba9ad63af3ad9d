"""What can go wrong with data, as errors that say what to do."""

from __future__ import annotations


class DataError(RuntimeError):
    """Base of every error about data that this package raises."""


class DataUnavailableError(DataError):
    """A real data set is neither on disk nor reachable."""

    def __init__(self, name: str, tried: list[str], advice: str):
        steps = "\n".join(f"  - {step}" for step in tried)
        super().__init__(
            f"The real data set '{name}' is not available.\nTried:\n{steps}\n"
            f"What to do: {advice}\n"
            f'Or go on without it: data.load("{name}", source="sample") needs no network.'
        )
        self.name = name
        self.tried = tuple(tried)


class DamagedDataError(DataError):
    """A file is there, but its content is not what it should be."""

    def __init__(self, where: str, expected: str, received: str):
        super().__init__(f"Damaged data in {where}: expected {expected}; received {received}.")
        self.where = where
