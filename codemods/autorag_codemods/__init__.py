"""Rewrite AutoRAG callers for AI Search."""
