"""Companion package of the course on convolutional networks."""

__version__ = "0.1.0"
