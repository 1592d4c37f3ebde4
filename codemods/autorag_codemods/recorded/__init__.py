"""Recorded legacy traffic and stored answers, carried over to the new API by the translator."""

from .convert import SUFFIXES, Converted, convert_file, convert_text, matters
from .secrets import safe_diff

__all__ = ["SUFFIXES", "Converted", "convert_file", "convert_text", "matters", "safe_diff"]
