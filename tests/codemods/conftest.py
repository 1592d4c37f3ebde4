"""Which of these tests run where: what costs minutes runs in the main environment only."""

import os

_HEAVY = [
    "test_findings.py",
    "test_evidence.py",
    "test_hard_programs.py",
    "test_no_harm.py",
    "test_programs.py",
    "test_readers.py",
    "trust",
]
_TOOL = [
    "cli",
    "dependency",
    "doubles",
    "notebook",
    "recorded",
    "report",
    "rules",
    "scan",
    "snippets",
    "traces",
    "test_command.py",
    "test_configuration.py",
    "test_configured.py",
    "test_fixtures.py",
    "test_instances.py",
]
_ENVIRONMENT = os.environ.get("AUTORAG_TEST_ENVIRONMENT", "main")

# What is left everywhere judges every single thing that a program can do.
collect_ignore = [] if _ENVIRONMENT == "main" else [*_HEAVY, *_TOOL]
