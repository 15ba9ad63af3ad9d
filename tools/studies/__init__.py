"""Studies whose results the book quotes, a module each.

A study holds

- ``NAME``: the module's name;
- ``DESCRIPTION``: one or two sentences for the reader, what is measured and why;
- ``DATA``: which data and seeds;
- ``ARMS``: a list of dictionaries of plain values, one per measurement. Arms that differ only in
  their ``seed`` are shown as one row, mean ± sd;
- ``run(arm)``: measures one arm and returns ``{value: number}``;
- ``TOLERANCE``: for every value ``{"absolute": …}`` or ``{"relative": …}``, how far a repetition
  may be from the file;
- ``LONG_ARMS``, where some arms take minutes: those of ``ARMS`` that the check of a random arm
  leaves alone. The others have to show that the code still does what the file says;
- ``LABELS``, where names don't explain themselves: headings for settings and values.

Slow imports belong inside ``run``, so that listing stays quick.
"""
