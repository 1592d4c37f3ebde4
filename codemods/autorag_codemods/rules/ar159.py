"""AR159: a notebook that is not understood."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR159",
    name="notebook-not-understood",
    kind="finding",
    summary="The file is no notebook of format 4 in Python.",
    what="""\
Reports an `.ipynb` file that may hold legacy calls but has another format than 4, cells in
another language than Python, or cells without a source. The file is skipped, the others go on.""",
    why="""\
Older formats keep their cells elsewhere, in worksheets. Open the notebook in a current Jupyter and
save it, or run `jupyter nbconvert --to notebook --inplace`, then run again.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
