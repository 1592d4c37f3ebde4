"""Legacy URLs, their new ones, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.mapping import BASE_URL, ROUTES
from autorag_migrate.settings import Settings
from autorag_migrate.translate import RouteTable

BARE = Settings(route="bare")
LEGACY = f"{BASE_URL}/accounts/acc/autorag/rags"
NAMESPACED = f"{BASE_URL}/accounts/acc/ai-search/namespaces/default/instances"
BARE_NEW = f"{BASE_URL}/accounts/acc/ai-search/instances"

# method, legacy path, new method, new path
PATHS = {
    "ai-search": ("POST", "/docs/ai-search", "POST", "/docs/chat/completions"),
    "search": ("POST", "/docs/search", "POST", "/docs/search"),
    "sync": ("PATCH", "/docs/sync", "POST", "/docs/jobs"),
    "files": ("GET", "/docs/files", "GET", "/docs/items"),
    "jobs": ("GET", "/docs/jobs", "GET", "/docs/jobs"),
    "job": ("GET", "/docs/jobs/j-1", "GET", "/docs/jobs/j-1"),
    "job-logs": ("GET", "/docs/jobs/j-1/logs", "GET", "/docs/jobs/j-1/logs"),
    "list": ("GET", "", "GET", ""),
}


def match(method, url, base=BASE_URL):
    return RouteTable(base).match(method, url)


def new_url(method, url, settings=None, base=BASE_URL):
    call = match(method, url, base)
    return call and call.new_url(settings or Settings())


# --- every route in both forms -----------------------------------------------------------


def test_the_routes_are_those_of_the_table():
    assert list(PATHS) == [route.name for route in ROUTES]


@pytest.mark.parametrize("name", PATHS)
def test_every_legacy_route_has_its_new_url(name):
    method, legacy, new_method, new = PATHS[name]
    call = match(method, LEGACY + legacy)
    assert call.route.name == name
    assert call.route.new_method == new_method
    assert call.new_url(Settings()) == NAMESPACED + new
    assert call.new_url(BARE) == BARE_NEW + new


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("new", [NAMESPACED, BARE_NEW])
def test_every_new_url_has_its_legacy_one(name, new):
    _, legacy, _, path = PATHS[name]
    called = next(route for route in ROUTES if route.name == name)
    assert RouteTable().legacy_location(new + path, called) == LEGACY + legacy


@pytest.mark.parametrize("name", PATHS)
def test_another_method_is_another_call(name):
    method, legacy, _, _ = PATHS[name]
    for other in {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"} - {method}:
        assert match(other, LEGACY + legacy) is None


def test_the_namespace_is_a_setting():
    url = new_url("POST", f"{LEGACY}/docs/search", Settings(namespace="other one"))
    assert "/namespaces/other%20one/instances/docs/search" in url


# --- segments and what follows the path -----------------------------------------------------


def test_segments_stay_as_they_are_quoted():
    url = f"{BASE_URL}/accounts/a%2Fc%20c/autorag/rags/n%C3%A4me/jobs/%7Bx%7D"
    assert new_url("GET", url).endswith(
        "/accounts/a%2Fc%20c/ai-search/namespaces/default/instances/n%C3%A4me/jobs/%7Bx%7D"
    )


@pytest.mark.parametrize("name", ["{namespace}", "{0}", "{", "a b", "ä"])
def test_a_segment_is_never_taken_for_a_template(name):
    assert new_url("POST", f"{LEGACY}/{name}/search") == f"{NAMESPACED}/{name}/search"


@pytest.mark.parametrize("query", ["", "?", "?page=2&per_page=50", "?a=/b/c", "?a=?b", "?a=%23"])
def test_the_query_string_goes_along(query):
    assert new_url("GET", f"{LEGACY}/docs/files{query}") == f"{NAMESPACED}/docs/items{query}"


def test_a_fragment_is_for_the_client_alone():
    assert new_url("GET", f"{LEGACY}/docs/files?a=1#part") == f"{NAMESPACED}/docs/items?a=1"


@pytest.mark.parametrize(
    "tail",
    [
        "/docs/search/",
        "/docs/search/more",
        "/docs/searches",
        "/docs//search",
        "//search",
        "/search",
        "/docs",
        "/docs/Search",
        "/docs/reindex",
        "/docs/search;a=1",
        "/docs/search%20",
        "/docs/search\n",
    ],
)
def test_another_path_is_not_ours(tail):
    for method in ("GET", "POST", "PATCH"):
        assert match(method, LEGACY + tail) is None


@pytest.mark.parametrize("dots", [".", "..", "%2e", "%2E%2e", ".%2e", "%2e."])
@pytest.mark.parametrize("tail", ["", "?a=1", "#a", "/logs", "/logs?a=1"])
def test_a_dot_segment_would_reach_another_path(dots, tail):
    assert match("GET", f"{LEGACY}/docs/jobs/{dots}{tail}") is None
    assert match("POST", f"{LEGACY}/{dots}/search") is None
    assert match("POST", f"{BASE_URL}/accounts/{dots}/autorag/rags/docs/search") is None


@pytest.mark.parametrize("name", ["...", ".a", "a..", "..a", "%2e%2e%2e"])
def test_dots_within_a_segment_are_a_name(name):
    assert match("GET", f"{LEGACY}/docs/jobs/{name}").names["job"] == name


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/accounts/acc/autorag/rags/docs/search",
        f"{BASE_URL}/accounts/acc/autorag/rags/docs/search"[6:],
        f"{BASE_URL}/autorag/rags/docs/search",
        f"{BASE_URL}/accounts/a/b/autorag/rags/docs/search",
        f"{BASE_URL}/accounts//autorag/rags/docs/search",
        f"{BASE_URL}/v2/accounts/acc/autorag/rags/docs/search",
        "https://api.cloudflare.com/accounts/acc/autorag/rags/docs/search",
        f"https://example.com/?u={LEGACY}/docs/search",
        f"x{LEGACY}/docs/search",
    ],
)
def test_a_url_must_begin_with_the_base(url):
    assert match("POST", url) is None


# --- hosts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://api.cloudflare.com",
        "HTTPS://API.Cloudflare.COM",
        "https://api.cloudflare.com:443",
    ],
)
def test_the_host_may_be_spelled_in_any_case_and_with_its_port(origin):
    url = f"{origin}/client/v4/accounts/acc/autorag/rags/docs/search"
    assert new_url("POST", url) == (
        f"{origin}/client/v4/accounts/acc/ai-search/namespaces/default/instances/docs/search"
    )


@pytest.mark.parametrize(
    "origin",
    [
        "http://api.cloudflare.com",
        "https://api.cloudflare.com:8443",
        "https://api.cloudflare.com.",
        "https://api.cloudflare.com.example.com",
        "https://apixcloudflare.com",
        "https://example.com",
        "https://user:secret@api.cloudflare.com",
        "https://api.cloudflare.com@example.com",
        "wss://api.cloudflare.com",
    ],
)
def test_another_host_is_not_ours(origin):
    assert match("POST", f"{origin}/client/v4/accounts/acc/autorag/rags/docs/search") is None


def test_the_path_is_case_sensitive():
    assert match("POST", LEGACY.replace("autorag", "AutoRAG") + "/docs/search") is None
    assert match("POST", LEGACY.replace("client", "Client") + "/docs/search") is None


@pytest.mark.parametrize(
    "base",
    [
        "http://localhost:8787",
        "http://localhost:8787/",
        "http://127.0.0.1:8787/client/v4",
        "http://127.0.0.1:8787/client/v4/",
        "https://proxy.example/a.b/v4",
        "http://[::1]:8787",
        "http://[::1]",
        "http://[2001:db8::1]/v4/",
    ],
)
def test_any_base_url_will_do_and_the_new_url_is_below_it(base):
    above = base.rstrip("/")
    url = f"{above}/accounts/acc/autorag/rags/docs/search"
    assert new_url("POST", url, base=base) == (
        f"{above}/accounts/acc/ai-search/namespaces/default/instances/docs/search"
    )
    assert match("POST", url.replace("/accounts", "/x/accounts"), base) is None


def test_a_dot_in_the_base_is_a_dot():
    url = "https://proxy.example/axb/accounts/acc/autorag/rags/docs/search"
    assert match("POST", url, "https://proxy.example/a.b") is None


def test_another_port_must_be_spelled():
    url = "http://localhost/accounts/acc/autorag/rags/docs/search"
    assert match("POST", url, "http://localhost:8787") is None
    assert match("POST", url, "http://localhost:80") is not None
    assert match("POST", url.replace("localhost", "localhost:80"), "http://localhost") is not None


def test_several_bases_are_served_by_one_table():
    table = RouteTable(BASE_URL, "http://localhost:8787")
    for base in (BASE_URL, "http://localhost:8787"):
        call = table.match("POST", f"{base}/accounts/acc/autorag/rags/docs/search")
        assert call.base == base
    assert table.match("POST", "http://localhost/accounts/acc/autorag/rags/d/search") is None


@pytest.mark.parametrize(
    "base", ["", "api.cloudflare.com", "/client/v4", "ftp://example.com", "https://", "http://h:x"]
)
def test_a_base_without_scheme_or_host_is_an_error(base):
    with pytest.raises(ValueError, match=r"not an http or https URL|[Pp]ort"):
        RouteTable(base)


# --- redirects ---------------------------------------------------------------------------------


def back(location, name="search"):
    called = next(route for route in ROUTES if route.name == name)
    return RouteTable().legacy_location(location, called)


def test_a_redirect_may_be_relative_and_keeps_its_query():
    assert back("/client/v4/accounts/acc/ai-search/instances/docs/search?a=1") == (
        "/client/v4/accounts/acc/autorag/rags/docs/search?a=1"
    )
    assert back("/accounts/acc/ai-search/namespaces/other/instances/docs/search#x") == (
        "/accounts/acc/autorag/rags/docs/search"
    )


def test_a_redirect_to_another_host_gets_the_legacy_path_as_well():
    """The body that follows is a legacy one, wherever it goes."""
    assert back("https://eu.example/v4/accounts/acc/ai-search/instances/docs/search") == (
        "https://eu.example/v4/accounts/acc/autorag/rags/docs/search"
    )


def test_a_redirect_to_another_route_is_put_back_too():
    assert back(f"{NAMESPACED}/docs/chat/completions") == f"{LEGACY}/docs/ai-search"


def test_where_two_routes_became_one_the_called_one_counts():
    assert back(f"{NAMESPACED}/docs/jobs", "jobs") == f"{LEGACY}/docs/jobs"
    assert back(f"{NAMESPACED}/docs/jobs", "sync") == f"{LEGACY}/docs/sync"


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://example.com/",
        "https://login.example/?next=/accounts/acc/ai-search/instances/docs/search",
        f"{LEGACY}/docs/search",
        f"{NAMESPACED}/docs/stats",
        f"{NAMESPACED}/../search",
        f"{NAMESPACED}/docs/search/more",
    ],
)
def test_any_other_target_stays_as_it_is(location):
    assert back(location) == location


# --- properties ---------------------------------------------------------------------------------

_SEGMENTS = st.text("abz019-_.%2eE~{}é", min_size=1, max_size=8).filter(
    lambda text: text.lower().replace("%2e", ".") not in {".", ".."}
)


@given(
    route=st.sampled_from(ROUTES),
    names=st.fixed_dictionaries(dict.fromkeys(("account", "name", "job"), _SEGMENTS)),
    query=st.sampled_from(("", "?a=1")),
    bare=st.booleans(),
)
def test_there_and_back_a_url_is_the_same(route, names, query, bare):
    path = "/accounts/{account}/autorag/rags" + route.legacy
    url = BASE_URL + path.format(**names) + query
    call = match(route.legacy_method, url)
    assert call.route is route
    new = call.new_url(BARE if bare else Settings())
    assert "autorag" not in new.removeprefix(BASE_URL)
    assert RouteTable().legacy_location(new, route) == url


@given(url=st.text(max_size=40) | st.text(max_size=20).map(lambda text: LEGACY + text))
def test_no_text_raises(url):
    for method in ("GET", "POST", "PATCH"):
        call = match(method, url)
        assert call is None or call.new_url(Settings()).startswith(call.base)
    back(url)
