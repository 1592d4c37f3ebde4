"""One model of a run (`model`), and one module for each way to show it.

A view is a pure function: it takes a `Report` and returns all that there is to print.
"""
