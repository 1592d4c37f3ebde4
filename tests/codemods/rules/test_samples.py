"""The samples of every rule, put before the tool: it fires where it should, and nowhere else."""

import pytest

from autorag_codemods.rules import RULES


def samples(kind):
    return [
        pytest.param(code, case, id=f"{code}-{index}")
        for code, rule in RULES.items()
        for index, case in enumerate(getattr(rule, kind))
    ]


@pytest.fixture
def planned(tmp_path):
    from autorag_codemods.engine import run

    def plan(case):
        raw = case.source if isinstance(case.source, bytes) else case.source.encode()
        (tmp_path / "program.py").write_bytes(raw)
        for path, text in case.files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        report = run([tmp_path], case.options)
        traces = [trace for trace in report.traces if trace.code.startswith("AR17")]
        return report, {item.code: item for item in (*report.rows, *report.findings, *traces)}

    return plan


@pytest.mark.parametrize(("code", "case"), samples("invalid"))
def test_it_fires(planned, code, case):
    report, fired = planned(case)
    assert code in fired, fired
    kind = RULES[code].kind
    if kind == "finding":
        assert fired[code] in report.findings
    elif kind == "trace":
        assert fired[code] in report.traces
    else:
        assert fired[code].verdict == kind
    if kind == "native" or (kind == "bridged" and not fired[code].done):
        (change,) = report.changes
        if case.replacement is not None:
            assert change.after.decode() == case.replacement
    else:
        # A finding may stand beside a site that is edited.
        assert kind in {"finding", "trace"} or not report.changes


@pytest.mark.parametrize(("code", "case"), samples("valid"))
def test_it_does_not_fire(planned, code, case):
    _, fired = planned(case)
    assert code not in fired
