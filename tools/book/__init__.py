"""The stages of the book's build: execute the chapters, check them, compile the site.

`tools/build_book.py` is the command that runs them in order.
"""
