"""The networks that made the field: one table of numbers, one builder.

`names` lists them, `build` makes one as a Keras model at any size and width, `info` tells what its
paper reports, `measure` what it costs; `outline` and `graph` read what a drawing of it shows.
Files without an underscore are families of the table.
"""

from cnncourse.models._architecture import AUXILIARY_WEIGHT, Architecture, Paper
from cnncourse.models._build import build, info, minimum_size, names
from cnncourse.models._graph import Graph, Node, graph
from cnncourse.models._measure import (
    Measures,
    Params,
    count_depth,
    count_macs,
    count_params,
    measure,
    receptive_field,
)
from cnncourse.models._outline import Stage, outline

__all__ = [
    "AUXILIARY_WEIGHT",
    "Architecture",
    "Graph",
    "Measures",
    "Node",
    "Paper",
    "Params",
    "Stage",
    "build",
    "count_depth",
    "count_macs",
    "count_params",
    "graph",
    "info",
    "measure",
    "minimum_size",
    "names",
    "outline",
    "receptive_field",
]
