"""AR161: a diff that is not shown."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR161",
    name="diff-left-out",
    kind="finding",
    summary="The diff of a recording or of configuration may show a credential, and is left out.",
    what="""\
Reports a recording whose diff `autorag-migrate cassettes` or `diff` does not print: a line that
changes, or one beside it, holds a credential. `git apply` then leaves that file as it is. For
configuration it is enough that a line may hold one; the code that changes together with it is left
out as well.""",
    why="""\
A diff is kept, sent and pasted. The file itself is converted by `cassettes --write` and by
`apply`, which print nothing of it. A header whose value was taken out, such as `[REDACTED]`, is
shown.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
