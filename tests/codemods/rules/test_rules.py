"""The rules themselves: complete, unlike each other, and each with its page."""

import ast
import re
import sys
from pathlib import Path

import pytest

from autorag_codemods import rules
from autorag_codemods.rules import RULES, codes, explanation
from autorag_codemods.scan import may_matter
from autorag_migrate.mapping import NOTES

ROOT = Path(__file__).parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import docs  # noqa: E402

# What shows in no source: a link, a pipe, a file that cannot be read, a fault of ours.
WITHOUT_SOURCE = {
    *("AR152", "AR153", "AR154", "AR155", "AR156", "AR157", "AR158", "AR159", "AR160"),
    *("AR161", "AR179"),
}
KINDS = {
    "AR10": {"native"},
    "AR11": {"bridged"},
    "AR12": {"bridged"},
    "AR13": {"manual"},
    "AR14": {"kept", "finding"},
    "AR15": {"finding"},
    "AR17": {"trace"},
    "AR16": {"finding"},
    "AR20": {"finding"},
}


def test_every_module_is_collected():
    modules = {path.stem for path in Path(rules.__file__).parent.glob("ar*.py")}
    assert {code.lower() for code in RULES} == modules
    assert list(RULES) == sorted(RULES)


def test_a_code_means_one_thing():
    assert not set(RULES) & set(NOTES)
    assert codes() == sorted([*RULES, *NOTES])
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert len({rule.summary for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_complete(code):
    rule = RULES[code]
    assert rule.code == code
    assert rule.kind in KINDS[code[:4]]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    for text in (rule.summary, rule.what, rule.why, rule.safety):
        assert text.strip().endswith(".")
    assert "\n" not in rule.summary
    assert rule.valid
    assert bool(rule.invalid) == (code not in WITHOUT_SOURCE)
    assert rule.instead is None or rule.instead in rule.valid
    assert not set(_sources(rule.valid)) & set(_sources(rule.invalid))


def _sources(cases):
    return [(case.source, str(case.files), str(case.options)) for case in cases]


@pytest.mark.parametrize("code", RULES)
def test_the_samples_are_programs_that_are_looked_at(code):
    for case in (*RULES[code].valid, *RULES[code].invalid):
        raw = case.source if isinstance(case.source, bytes) else case.source.encode()
        assert may_matter(raw + "".join(case.files.values()).encode())
        if code not in {"AR150", "AR151"}:
            ast.parse(raw)


@pytest.mark.parametrize("code", RULES)
def test_its_explanation_has_every_part(code):
    rule, text = RULES[code], explanation(code)
    assert text.startswith(f"# {code} {rule.name}\n\n*{rule.kind}* · {rule.summary}\n")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    wanted = ["What it does", "Why", "Example", "Use instead", "Fix safety"]
    shown = rule.invalid and isinstance(rule.invalid[0].source, str)
    assert heads == [
        head
        for head in wanted
        if not (head == "Example" and not shown)
        and not (head == "Use instead" and not rule.instead)
    ]
    assert explanation(code.lower()) == explanation(rule.name) == text
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert max(map(len, prose.splitlines())) <= 100


def test_an_explanation_names_codes_and_options_that_exist():
    text = "".join(map(explanation, codes()))
    assert set(re.findall(r"AR\d{3}", text)) <= set(codes())


@pytest.mark.parametrize("code", NOTES)
def test_a_note_is_explained_from_the_table(code):
    text = explanation(code)
    assert text.startswith(f"# {code}\n\n*note, {NOTES[code].severity}* · ")
    assert NOTES[code].text[1:] in text


def test_no_such_code():
    with pytest.raises(KeyError):
        explanation("AR999")


class TestPages:
    def test_every_rule_has_its_page_and_no_page_is_old(self):
        pages = docs.rule_pages()
        assert {f"docs/rules/{code}.md" for code in RULES} < set(pages)
        on_disk = {f"docs/rules/{path.name}" for path in (ROOT / "docs" / "rules").iterdir()}
        assert on_disk == set(pages)
        for name, text in pages.items():
            assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name}: run make docs"

    def test_the_index_links_to_every_page(self):
        index = docs.rule_pages()["docs/rules/README.md"]
        assert re.findall(r"\]\((AR\d+)\.md\)", index) == sorted(
            RULES, key=lambda code: (list(docs._KINDS).index(RULES[code].kind), code)
        )

    def test_a_page_too_many_or_too_few_is_found_and_mended(self, tmp_path, monkeypatch, capsys):
        (tmp_path / "MIGRATION.md").write_bytes((ROOT / "MIGRATION.md").read_bytes())
        monkeypatch.setattr(docs, "ROOT", tmp_path)
        assert docs.main([]) == 0
        assert docs.main(["--check"]) == 0
        folder = tmp_path / "docs" / "rules"
        (folder / "AR101.md").unlink()
        (folder / "AR999.md").write_text("old")
        capsys.readouterr()
        assert docs.main(["--check"]) == 1
        assert sorted(capsys.readouterr().out.splitlines()) == [
            "docs/rules/AR101.md: out of date; run make docs",
            "docs/rules/AR999.md: out of date; run make docs",
        ]
        assert docs.main([]) == 0
        assert docs.main(["--check"]) == 0
