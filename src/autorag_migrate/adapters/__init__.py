"""Legacy calls over the new API: one module for each HTTP library, named after it.

Each module stands in for its library: ``from autorag_migrate.adapters import httpx`` gives all of
httpx, with senders that translate.
"""
