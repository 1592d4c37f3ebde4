from __future__ import annotations

import pytest

from autorag_migrate.emulator import Document

NAMESPACED = "ai-search/namespaces/default/instances/docs"
BARE = "ai-search/instances/docs"


def chunks(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]["chunks"]


def test_search_has_the_documented_shape(ask):
    body = ask.retrieve(retrieval_type="vector", max_num_results=1).json()
    (chunk,) = body["result"].pop("chunks")
    assert body == {
        "success": True,
        "result": {"search_query": "what do llamas eat", "query_kind": "text"},
    }
    assert chunk.pop("id")
    score = chunk.pop("score")
    assert chunk == {
        "type": "text",
        "text": "Llamas eat grass and hay. They drink water once a day.",
        "item": {
            "key": "llama/food.md",
            "timestamp": 1_720_000_000_000,
            "metadata": {"title": "Food", "year": 2024},
        },
        "scoring_details": {"vector_score": score, "vector_rank": 1},
    }


def test_chat_has_the_documented_shape_without_an_envelope(ask):
    body = ask.chat().json()
    assert body["object"] == "chat.completion"
    assert body["id"].startswith("chatcmpl-")
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["choices"][0]["message"]["role"] == "assistant"
    assert "Llamas eat grass" in body["choices"][0]["message"]["content"]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert "success" not in body
    assert body["chunks"] == chunks(ask.new())


@pytest.mark.parametrize("base", [NAMESPACED, BARE])
def test_both_paths_answer_alike(ask, base):
    search = ask.http.post(f"{base}/search", json={"query": "llamas"})
    assert chunks(search) == chunks(ask.new("llamas"))
    body = {"messages": [{"role": "user", "content": "llamas"}]}
    chat = ask.http.post(f"{base}/chat/completions", json=body)
    assert chat.json() == ask.chat("llamas").json()


def test_the_default_threshold_cuts_what_legacy_shows(ask):
    kept = chunks(ask.retrieve(retrieval_type="vector"))
    assert kept
    assert all(chunk["score"] >= 0.4 for chunk in kept)
    assert len(chunks(ask.retrieve(retrieval_type="vector", match_threshold=0))) > len(kept)


def test_hybrid_is_the_default_and_shows_both_scores(ask):
    found = chunks(ask.new("llamas eat"))
    details = found[0]["scoring_details"]
    assert details["fusion_method"] == "rrf"
    assert details["vector_rank"] == details["keyword_rank"] == 1
    assert found[0]["score"] == 1.0
    assert details["vector_score"] < 1
    assert chunks(ask.retrieve("llamas eat", retrieval_type="hybrid")) == found


def test_fusion_by_the_larger_score(ask):
    found = chunks(ask.retrieve("llamas eat", fusion_method="max"))
    assert found[0]["scoring_details"]["fusion_method"] == "max"
    vector_only = [each for each in found if "keyword_score" not in each["scoring_details"]]
    assert vector_only
    assert all(each["score"] == each["scoring_details"]["vector_score"] for each in vector_only)


def test_keywords_all_or_any(ask):
    def keys(**options):
        found = chunks(ask.retrieve("grass mountains", retrieval_type="keyword", **options))
        return sorted(each["item"]["key"] for each in found)

    assert keys() == keys(keyword_match_mode="and") == []
    assert keys(keyword_match_mode="or") == ["guanaco/wild.txt", "llama/food.md"]


def test_keyword_results_have_no_vector_score(ask):
    (found,) = chunks(ask.retrieve("grass", retrieval_type="keyword"))
    assert set(found["scoring_details"]) == {"keyword_score", "keyword_rank"}


def test_reranking_cuts_at_04_unless_told_otherwise(ask):
    def scores(**reranking):
        options = {
            "retrieval": {"retrieval_type": "vector", "match_threshold": 0},
            "reranking": {"enabled": True, **reranking},
        }
        found = chunks(ask.new(ai_search_options=options))
        assert all(each["score"] == each["scoring_details"]["reranking_score"] for each in found)
        return [each["score"] for each in found]

    everything = scores(match_threshold=0)
    assert len(everything) == 4
    assert scores() == [score for score in everything if score >= 0.4] != everything


def test_instance_defaults_apply_where_a_request_is_silent(asking):
    ask = asking(
        instance_reranking=True,
        instance_rewriting=True,
        instance_threshold=0.0,
        instance_max_num_results=2,
        instance_fusion="max",
        instance_keyword_match="or",
    )
    ask.new()
    meaning = ask.last.meaning
    assert meaning.reranking
    assert meaning.rewriting
    assert (meaning.threshold, meaning.max_num_results) == (0.0, 2)
    assert (meaning.fusion_method, meaning.keyword_match_mode) == ("max", "or")
    ask.new(ai_search_options={"reranking": {"enabled": False}})
    assert not ask.last.meaning.reranking


def test_context_expansion_adds_neighbours_of_the_same_document(asking):
    text = "\n\n".join(f"Paragraph {word} of a long text." for word in ("one", "two", "three"))
    documents = [Document("a.md", text), Document("b.md", "Something else.")]
    ask = asking(documents, chunk_size=40)
    (plain,) = chunks(ask.retrieve("two", retrieval_type="keyword"))
    assert plain["text"] == "Paragraph two of a long text."
    (wide,) = chunks(ask.retrieve("two", retrieval_type="keyword", context_expansion=1))
    assert wide["text"] == text


def test_metadata_only_leaves_the_text_out(ask):
    found = chunks(ask.retrieve(metadata_only=True))
    assert found
    assert {each["text"] for each in found} == {""}


@pytest.mark.parametrize(
    ("boost", "first"),
    [
        ({"field": "timestamp", "direction": "desc"}, "alpaca.md"),
        ({"field": "timestamp", "direction": "asc"}, "llama/logistics/llama-logistics.md"),
        ({"field": "year", "direction": "desc"}, "llama/food.md"),
        ({"field": "year"}, "llama/logistics/llama-logistics.md"),
        ({"field": "title", "direction": "exists"}, "llama/logistics/llama-logistics.md"),
        ({"field": "title", "direction": "not_exists"}, "alpaca.md"),
    ],
)
def test_boosts_reorder_what_is_equal(ask, boost, first):
    found = chunks(
        ask.retrieve("zzz", retrieval_type="vector", match_threshold=0, boost_by=[boost])
    )
    assert found[0]["item"]["key"] == first


def test_query_and_messages_search_alike_but_only_messages_are_rewritten(ask):
    options = {"query_rewrite": {"enabled": True}}
    path = f"{NAMESPACED}/search"
    by_query = ask.http.post(path, json={"query": "llamas", "ai_search_options": options})
    assert not ask.last.meaning.rewriting
    by_messages = ask.new("llamas", ai_search_options=options)
    assert ask.last.meaning.rewriting
    assert by_query.json() == by_messages.json()


def test_system_prompt_and_earlier_turns_show_in_the_answer(ask):
    messages = [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": "first question"},
        {"role": "assistant", "content": "first answer"},
        {"role": "user", "content": [{"type": "text", "text": "llamas"}]},
    ]
    body = ask.http.post(f"{NAMESPACED}/chat/completions", json={"messages": messages}).json()
    text = body["choices"][0]["message"]["content"]
    assert text.startswith("[Be terse.] <user: first question> <assistant: first answer>")
    assert ask.last.meaning.query == "llamas"
    assert ask.last.meaning.history == (
        ("user", "first question"),
        ("assistant", "first answer"),
    )


def test_timestamps_of_items_can_be_seconds(asking):
    found = chunks(asking(item_timestamps="seconds").new())
    assert found[0]["item"]["timestamp"] == 1_720_000_000


def test_filters_are_evaluated(ask):
    assert ask.found(filters={"folder": "llama/"}) == ["llama/food.md"]
    assert ask.found(filters={"year": {"$gte": 2023}, "folder": {"$ne": "llama/"}}) == [
        "llama/logistics/llama-logistics.md"
    ]
    assert ask.found(filters={"timestamp": {"$lt": 1_700_000_001}}) == [
        "llama/logistics/llama-logistics.md"
    ]
    assert ask.found(filters={"folder": {"$gte": "llama/", "$lt": "llama0"}}) == [
        "llama/food.md",
        "llama/logistics/llama-logistics.md",
    ]


def test_filterable_fields_need_no_document(asking):
    assert asking(filterable=("owner",)).found(filters={"owner": "me"}) == []


LEFTOVERS = [
    ({"filters": {"type": "eq", "key": "folder", "value": "llama/"}}, "legacy key filters"),
    ({"max_num_results": 1}, "legacy key max_num_results"),
    ({"ranking_options": {"score_threshold": 0.9}}, "legacy key ranking_options"),
    ({"reranking": {"enabled": True}}, "legacy key reranking"),
    ({"rewrite_query": True}, "legacy key rewrite_query"),
    ({"system_prompt": "Be terse."}, "legacy key system_prompt"),
    ({"temperature": 0}, "unknown key temperature"),
    ({"ai_search_options": {"retrival": {}}}, "unknown key ai_search_options.retrival"),
    (
        {"ai_search_options": {"retrieval": {"top_k": 1}}},
        "unknown key ai_search_options.retrieval.top_k",
    ),
    (
        {"ai_search_options": {"instance_ids": ["docs"]}},
        "unknown key ai_search_options.instance_ids",
    ),
]


@pytest.mark.parametrize(("extra", "defect"), LEFTOVERS)
@pytest.mark.parametrize("kind", ["new", "chat"])
def test_leftovers_are_refused(ask, kind, extra, defect):
    answer = getattr(ask, kind)(**extra)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == f"invalid_input: {defect}"
    assert ask.last.defects == [defect]


@pytest.mark.parametrize(("extra", "defect"), LEFTOVERS)
def test_leftovers_are_ignored_by_a_lenient_service(asking, extra, defect):
    ask = asking(lenient=True)
    assert ask.new(**extra).json() == ask.new().json()
    assert ask.emulator.log[0].defects == [defect]


def test_a_legacy_body_on_the_new_chat_is_told_what_is_wrong(ask):
    body = {"query": "llamas", "system_prompt": "x"}
    answer = ask.http.post(f"{NAMESPACED}/chat/completions", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == ["query"]
    assert ask.last.defects == ["legacy key query", "legacy key system_prompt"]


class TestSeveralInstances:
    PATH = "ai-search/namespaces/default"

    @pytest.fixture
    def several(self, asking):
        more = {
            "birds": [Document("birds.md", "Penguins eat fish and llamas eat grass.")],
            "asleep": [Document("sleep.md", "Bears sleep.")],
        }
        return asking(instances=more, paused=("asleep",))

    def search(self, several, *names, **fields):
        body = {"query": "llamas eat", "ai_search_options": {"instance_ids": list(names)}}
        return several.http.post(f"{self.PATH}/search", json={**body, **fields})

    def test_chunks_name_their_instance_and_come_by_score(self, several):
        found = chunks(self.search(several, "docs", "birds"))
        assert {each["instance_id"] for each in found} == {"docs", "birds"}
        scores = [each["score"] for each in found]
        assert scores == sorted(scores, reverse=True)
        assert several.last.meaning.instances == ("docs", "birds")

    def test_chat_asks_them_too(self, several):
        body = {
            "messages": [{"role": "user", "content": "llamas eat"}],
            "ai_search_options": {"instance_ids": ["docs", "birds"]},
        }
        answer = several.http.post(f"{self.PATH}/chat/completions", json=body).json()
        assert {each["instance_id"] for each in answer["chunks"]} == {"docs", "birds"}

    def test_those_that_fail_are_named_beside_the_others(self, several):
        result = self.search(several, "docs", "asleep", "nobody").json()["result"]
        assert result["chunks"]
        assert result["errors"] == [
            {"instance_id": "asleep", "message": "ai_search_is_paused: asleep"},
            {"instance_id": "nobody", "message": "ai_search_not_found: nobody"},
        ]

    def test_when_all_fail_it_is_an_error(self, several):
        answer = self.search(several, "asleep", "nobody")
        assert answer.status_code == 500
        assert answer.json()["errors"][0]["code"] == 7073

    def test_eleven_are_too_many_and_none_is_too_few(self, several):
        answer = self.search(several, *(f"i{number}" for number in range(11)))
        assert answer.json()["errors"][0]["code"] == 7074
        assert self.search(several).status_code == 400
