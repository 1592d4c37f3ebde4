"""What a translation can owe its user."""

from __future__ import annotations

from typing import Final, NamedTuple

from ._words import Severity
from .routes import SCOPE_HINT

__all__ = ["NOTES", "NoteCode"]


class NoteCode(NamedTuple):
    """What a translation can owe its user: a code, how grave it is, and the sentence."""

    code: str
    severity: Severity
    text: str


NOTES: Final = {
    note.code: note
    for note in (
        NoteCode(
            "AR201",
            "changed",
            "rewrite_query no longer rewrites a single-turn query: "
            "the first message is used as it is",
        ),
        NoteCode("AR202", "lost", "the new API has no ranker; it is not sent"),
        NoteCode("AR203", "info", "the legacy API ignored this key; it is not sent"),
        NoteCode(
            "AR204",
            "info",
            "no threshold is given: the legacy default is unclear, "
            "the new API uses the instance's (0.4 unless set)",
        ),
        NoteCode("AR206", "info", "system_prompt never had an effect on search; it is not sent"),
        NoteCode(
            "AR207",
            "info",
            "system_prompt becomes the first message; "
            "whether it replaces the instance's prompt is not documented",
        ),
        NoteCode("AR208", "info", "a number given as a string is sent as a number"),
        NoteCode("AR209", "info", "null is taken as absent"),
        NoteCode(
            "AR210",
            "info",
            "the legacy API documents no nesting; the or becomes $in beside the rest",
        ),
        NoteCode(
            "AR211", "changed", "not a number of milliseconds: the comparison is sent as it is"
        ),
        NoteCode("AR212", "changed", "only the first 64 bytes of a string compare on the new API"),
        NoteCode(
            "AR213",
            "info",
            'this "starts with" misses files directly in the folder; '
            '{"$gte": "a/", "$lt": "a0"} takes them in',
        ),
        NoteCode("AR214", "info", "the filter on modified_date is sent as timestamp"),
        NoteCode(
            "AR215",
            "info",
            "no number of results is given: the legacy API documents 10, the new one uses the "
            "instance's",
        ),
        NoteCode(
            "AR216",
            "info",
            "a metadata field that no document has is an error on the new API (7058); the legacy "
            "API may have matched nothing",
        ),
        NoteCode(
            "AR217",
            "info",
            "a timestamp in seconds stays in seconds where the read is rewritten; an adapter makes "
            "milliseconds of it",
        ),
        NoteCode(
            "AR218",
            "info",
            "what a refusal says is the new API's where the call is rewritten: autorag_not_found "
            "becomes ai_search_not_found",
        ),
        NoteCode(
            "AR220", "info", "the new answer has parts that the legacy answer has no place for"
        ),
        NoteCode("AR221", "info", "a chunk names no item: its filename and attributes are empty"),
        NoteCode(
            "AR222", "lost", "the answer holds tool calls; the legacy answer has no place for them"
        ),
        NoteCode(
            "AR223",
            "changed",
            "the answer has neither the new nor the legacy shape; it is passed on as it came",
        ),
        NoteCode(
            "AR224", "changed", "some of the instances failed; the answer is made of the others"
        ),
        NoteCode(
            "AR225",
            "info",
            "the legacy answer does not hold the model, the usage or an id; they are empty",
        ),
        NoteCode("AR226", "lost", "the new answer has no place for this"),
        NoteCode("AR227", "changed", "a row with several contents becomes as many chunks"),
        NoteCode("AR230", "changed", "the call stays on the legacy API: it cannot be translated"),
        NoteCode(
            "AR231",
            "changed",
            "the call stays on the legacy API: its body is signed or cannot be read",
        ),
        NoteCode(
            "AR232",
            "info",
            "the call stays on the legacy API: the shape of its answer is not public",
        ),
        NoteCode("AR233", "changed", f"the new API refused the credentials: {SCOPE_HINT}"),
        NoteCode(
            "AR234",
            "changed",
            "the environment's CLOUDFLARE_API_BASE_URL is not an http or https URL; it is ignored",
        ),
        NoteCode(
            "AR235",
            "changed",
            "the call stays on the legacy API: its address is no known route below a known base "
            "URL (see api_base_url)",
        ),
        NoteCode(
            "AR236",
            "changed",
            "a redirect leads to another address; the call goes there as a legacy one",
        ),
        NoteCode("AR237", "info", "refused as the legacy API refuses it; nothing was sent"),
        NoteCode(
            "AR238",
            "changed",
            "what a row of the legacy list held is not public: it has what the Workers binding's "
            "types name, where vectorize_name is null, and all that the new API tells",
        ),
    )
}
