"""The ledger for a pull request, as a Markdown parser understands it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autorag_codemods.report import markdown
from autorag_codemods.report.model import Finding, Place, Report, Row

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def cells(text):
    """The cells of each row: what a reader sees, and the kinds of markup in it."""
    rows = []
    for token in PARSER.parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level == 4:
            seen = "".join(
                "\n" if part.content == "<br>" else part.content for part in token.children
            )
            kinds = {part.type for part in token.children}
            rows[-1].append((seen.replace("\u200b", ""), kinds, token.children))
    return rows


def test_a_table_and_a_summary(report):
    text = markdown.render(report)
    head, *rows = cells(text)
    assert [cell[0] for cell in head] == ["Where", "Verdict", "Rule", "Call", "Why"]
    assert [cell[0] for cell in rows[2]] == [
        "src/a.py:140:5",
        "bridged",
        "AR110",
        "requests.post",
        "answer returned from search(); 2 callers read it\ntry: return plain values",
    ]
    assert len(rows) == 7
    assert "- 5 sites: 1 native, 2 bridged (1 done), 1 manual, 1 kept\n" in text
    assert PARSER.render(text).count("<li>") == 5


def test_the_evidence_and_what_is_written(report):
    text = markdown.render(report, explain=True, written=True)
    assert "line 139: sent here<br>line 141: returned here" in text
    assert "1 file written" in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a | b",
        "a \\| b",
        "![x](http://x/y.png)",
        "[x](javascript:y)",
        "<http://x>",
        "&lt;b&gt;",
        "**x** _y_ ~~z~~",
        "`open",
        "``",
        "a `b | c` d",
        "x\n\n# y",
        "-->",
        "\\",
        "ends with a backslash \\",
        "$x$",
    ],
)
@pytest.mark.parametrize("where", ["reason", "path", "call", "suggestion", "finding"])
def test_a_text_is_only_text(text, where):
    fields = {"reason": "because", "path": "a.py", "call": "post", "suggestion": ""}
    if where in fields:
        fields[where] = text
    row = Row("manual", "AR130", fields["reason"], Place(fields["path"], 1, 1), fields["call"])
    row = Row(
        *("manual", "AR130", row.reason, row.place, row.call), suggestion=fields["suggestion"]
    )
    finding = Finding("AR205", text if where == "finding" else "wrong", Place("b.py", 2, 2))
    rendered = markdown.render(Report([row], [finding]))
    rows = cells(rendered)
    assert [len(each) for each in rows] == [5, 5, 5]
    for cell in (cell for each in rows for cell in each):
        assert cell[1] <= {"text", "text_special", "code_inline", "html_inline", "softbreak"}
        assert {part.content for part in cell[2] if part.type == "html_inline"} <= {"<br>"}
    shown = "".join(cell[0] for each in rows for cell in each)
    wanted = text.replace("\n", "\\x0a")
    assert wanted.replace("`", "") in html.unescape(shown).replace("`", "") or "&" in text


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_no_text_breaks_the_table(text):
    row = Row("manual", "AR130", text, Place(text, 1, 1), text, suggestion=text)
    rows = cells(markdown.render(Report([row])))
    assert [len(each) for each in rows] == [5, 5]
    markup = {part.content for cell in rows[1] for part in cell[2] if part.type == "html_inline"}
    assert markup <= {"<br>"}
    assert not {kind for cell in rows[1] for kind in cell[1]} & {"link_open", "image", "em_open"}


def test_nobody_is_told_and_nothing_becomes_a_link(make_row):
    text = markdown.render(Report([make_row("ask @alice about https://x.y and www.x.y")]))
    assert "@alice" not in text
    assert "https://" not in text
    assert "www.x" not in text


def test_nothing_found():
    assert markdown.render(Report()) == "## AutoRAG calls\n\n- 0 sites\n"
