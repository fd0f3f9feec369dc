from __future__ import annotations

import threading
import time

import pytest

from ctexplore.sources.outline import MAX_NAMES, Listing, Outline
from ctexplore.sources.source import SourceError
from ctexplore.trail.layout import Level
from tests.sources.memory_source import MemorySource, denied, log_key

ORG = "o-exampleorgid"
MEMBER = "444455556666"


def labels(listing: Listing) -> list[str]:
    return [node.label for node in listing.nodes]


def open_all(source: MemorySource, folder: str = "", depth: int = 0) -> list[str]:
    """The whole tree as indented lines, every node expanded."""
    outline = Outline(source)
    lines = []
    for node in outline.children(folder).nodes:
        lines.append("  " * depth + node.label + (" (foreign)" if node.foreign else ""))
        if node.expandable:
            lines += open_all(source, node.folder, depth + 1)
    return lines


def test_a_trail_of_one_account_folds_down_to_its_regions() -> None:
    source = MemorySource([log_key(), log_key("2024/01/16"), log_key(region="eu-west-1")])
    listing = Outline(source).children("")
    assert labels(listing) == ["AWSLogs › 111122223333 › CloudTrail"]
    assert listing.nodes[0].folder == "AWSLogs/111122223333/CloudTrail/"
    assert listing.nodes[0].place.level is Level.KIND
    assert source.requests == [
        "",
        "AWSLogs/",
        "AWSLogs/111122223333/",
        "AWSLogs/111122223333/CloudTrail/",
    ]


def test_what_a_chain_listed_is_not_listed_again_when_it_is_expanded() -> None:
    source = MemorySource([log_key(), log_key("2024/01/16"), log_key(region="eu-west-1")])
    outline = Outline(source)
    folded = outline.children("").nodes[0]
    source.requests.clear()
    assert labels(outline.children(folded.folder)) == ["eu-west-1", "us-east-1"]
    assert source.requests == []
    assert labels(outline.children(folded.folder + "us-east-1/")) == ["2024 › 01  January"]
    assert source.requests == [
        folded.folder + f"us-east-1/{part}" for part in ("", "2024/", "2024/01/")
    ]


def test_a_chain_ends_at_a_day_without_listing_it() -> None:
    source = MemorySource([log_key()])
    listing = Outline(source).children("")
    day = listing.nodes[0]
    assert labels(listing) == [
        "AWSLogs › 111122223333 › CloudTrail › us-east-1 › 2024 › 01 › 15  Mon"
    ]
    assert day.folder not in source.requests
    assert (day.openable, day.expandable) == (True, False)


def test_a_chain_ends_where_log_files_lie() -> None:
    source = MemorySource(["logs/x.json.gz", "logs/more/y.json.gz", "logs/more/deep/z.json.gz"])
    outline = Outline(source)
    (logs,) = outline.children("").nodes
    assert (logs.label, logs.expandable) == ("logs", True)
    listing = outline.children("logs/")
    assert listing.files == 1
    assert labels(listing) == ["more"]


def test_a_chain_that_ends_in_a_long_day_reads_one_page_of_it() -> None:
    source = MemorySource([f"logs/{n:05}.json.gz" for n in range(100)], page_size=10)
    (logs,) = Outline(source).children("").nodes
    assert logs.files is None
    assert source.requests == ["", "logs/"]


def test_files_that_are_no_logs_do_not_end_a_chain() -> None:
    source = MemorySource({"readme.txt": b"x", "AWSLogs/": b"", log_key(): b"x"})
    assert labels(Outline(source).children(""))[0].startswith("AWSLogs › 111122223333 › ")


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("AWSLogs/", "AWSLogs › 111122223333 › CloudTrail"),
        ("my/deep/prefix/AWSLogs/", "my › deep › prefix › AWSLogs › 111122223333 › CloudTrail"),
        (f"AWSLogs/{ORG}/", f"AWSLogs › {ORG} › 111122223333 › CloudTrail"),
        (
            f"{ORG}/AWSLogs/{ORG}/",
            f"{ORG} › AWSLogs › {ORG} › 111122223333 › CloudTrail",
        ),
        (f"{ORG}/AWSLogs/", f"{ORG} › AWSLogs › 111122223333 › CloudTrail"),
    ],
    ids=["account", "prefix", "organization", "control-tower-3", "control-tower-2"],
)
def test_every_layout_shows_its_levels(above: str, expected: str) -> None:
    keys = [log_key(above=above, region=region) for region in ("us-east-1", "eu-west-1")]
    assert open_all(MemorySource(keys)) == [
        expected,
        "  eu-west-1",
        "    2024 › 01 › 15  Mon",
        "  us-east-1",
        "    2024 › 01 › 15  Mon",
    ]


def test_accounts_side_by_side_and_an_organization_beside_its_old_trail() -> None:
    source = MemorySource(
        [log_key(), log_key(account=MEMBER), log_key(above=f"AWSLogs/{ORG}/", account=MEMBER)]
    )
    outline = Outline(source)
    assert labels(outline.children("")) == ["AWSLogs"]
    assert labels(outline.children("AWSLogs/")) == [
        "111122223333",
        MEMBER,
        f"{ORG} (organization)",
    ]
    # Looking one step further in every sibling would cost a listing for each account.
    assert source.requests == ["", "AWSLogs/"]


def test_a_folder_that_starts_at_the_regions_or_at_the_days() -> None:
    regions = MemorySource(["us-east-1/2021/07/29/a.json.gz", "eu-west-1/2021/07/29/a.json.gz"])
    assert open_all(regions) == [
        "eu-west-1",
        "  2021 › 07 › 29  Thu",
        "us-east-1",
        "  2021 › 07 › 29  Thu",
    ]
    years = MemorySource(["2021/07/29/a.json.gz", "2021/07/30/a.json.gz"])
    assert open_all(years) == ["2021 › 07  July", "  30  Fri", "  29  Thu"]


def test_dates_are_newest_first_and_names_in_byte_order() -> None:
    days = ["2023/12/31", "2024/01/02", "2024/02/01", "2024/02/10"]
    keys = [log_key(day, region=region) for day in days for region in ("us-east-1", "eu-west-1")]
    lines = open_all(MemorySource(keys))
    assert lines == [
        "AWSLogs › 111122223333 › CloudTrail",
        *[
            line
            for region in ("eu-west-1", "us-east-1")
            for line in (
                f"  {region}",
                "    2024",
                "      02  February",
                "        10  Sat",
                "        01  Thu",
                "      01  January",
                "        02  Tue",
                "    2023",
                "      12 › 31  Sun",
            )
        ],
    ]


def test_foreign_siblings_come_last_and_lead_nowhere() -> None:
    account = "AWSLogs/111122223333/"
    source = MemorySource(
        [
            log_key(),
            log_key(kind="CloudTrail-Insight"),
            account + "CloudTrail-Digest/us-east-1/2024/01/15/d.json.gz",
            account + "Config/us-east-1/2020/8/31/ConfigHistory/x.json.gz",
            account + "GuardDuty/x.jsonl.gz",
            account + "vpcflowlogs/us-east-1/2024/01/15/x.log.gz",
        ]
    )
    outline = Outline(source)
    assert labels(outline.children("")) == ["AWSLogs › 111122223333"]
    nodes = outline.children(account).nodes
    assert [(n.label, n.foreign, n.openable, n.expandable) for n in nodes] == [
        ("CloudTrail", False, True, True),
        ("CloudTrail-Digest", False, False, True),
        ("CloudTrail-Insight", False, True, True),
        ("Config", True, False, False),
        ("GuardDuty", True, False, False),
        ("vpcflowlogs", True, False, False),
    ]


def test_digest_files_count_in_their_own_folders_only() -> None:
    account = "AWSLogs/111122223333/"
    day = account + "CloudTrail-Digest/us-east-1/2024/01/15/"
    digest = "111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240115T{}0000Z.json.gz"
    source = MemorySource(
        [
            log_key(),
            *(day + digest.format(hour) for hour in ("05", "06")),
            day + "note.txt",
            "dump/" + digest.format("05"),
            "dump/" + log_key().rpartition("/")[2],
        ]
    )
    outline = Outline(source)
    (chain,) = outline.children(account + "CloudTrail-Digest/").nodes
    assert (chain.folder, chain.files, chain.expandable) == (day, None, True)
    assert day not in source.requests
    assert outline.children(day).files == 2
    assert outline.children("dump/").files == 1


def test_a_chain_ends_above_a_foreign_folder() -> None:
    source = MemorySource(["AWSLogs/111122223333/Config/us-east-1/2020/8/31/x.json.gz"])
    outline = Outline(source)
    assert labels(outline.children("")) == ["AWSLogs › 111122223333"]
    (config,) = outline.children("AWSLogs/111122223333/").nodes
    assert (config.label, config.foreign) == ("Config", True)
    assert not any("Config" in folder for folder in source.requests)


def test_impossible_dates_are_plain_folders() -> None:
    base = "AWSLogs/111122223333/CloudTrail/us-east-1/"
    source = MemorySource(
        [base + p + "/x.json.gz" for p in ("2024/13/01", "2024/01/32", "0000/01/01", "2024/01/05")]
    )
    outline = Outline(source)
    assert labels(outline.children(base)) == ["2024", "0000"]
    assert labels(outline.children(base + "2024/")) == ["01  January", "13"]
    assert labels(outline.children(base + "2024/01/")) == ["05  Fri", "32"]


def test_hostile_names_are_kept_as_they_are() -> None:
    names = ["a\nb", "\x1b[31m", "[b]", "[@click=app.quit]", "\u202etxt", "..", "%2e", "a b"]
    source = MemorySource([f"{name}/x.json.gz" for name in names] + ["//x.json.gz"])
    nodes = Outline(source).children("").nodes
    assert sorted(n.folder for n in nodes) == sorted([*(f"{n}/" for n in names), "/"])
    assert {n.label for n in nodes} >= {"a\nb", "\x1b[31m", "(no name)"}


def test_a_refused_folder_raises_and_is_asked_again() -> None:
    source = MemorySource([log_key(), log_key(region="eu-west-1")])
    source.refused["AWSLogs/"] = denied("s3://my-logs/AWSLogs/")
    outline = Outline(source)
    assert labels(outline.children("")) == ["AWSLogs"]  # the chain stops, the node stays
    with pytest.raises(SourceError, match="not allowed"):
        outline.children("AWSLogs/")
    source.refused.clear()
    assert labels(outline.children("AWSLogs/")) == ["111122223333 › CloudTrail"]


def test_a_listing_that_breaks_off_keeps_what_it_has_and_says_so() -> None:
    source = MemorySource([f"{n:012}/x.json.gz" for n in range(30)], page_size=10)
    source.breaks_after[""] = 2
    outline = Outline(source)
    listing = outline.children("")
    assert len(listing.nodes) == 20
    assert [problem.reason for problem in listing.problems] == ["cut off"]
    source.breaks_after.clear()
    assert len(outline.children("").nodes) == 30


def test_forget_lists_the_folder_and_all_below_again() -> None:
    source = MemorySource([log_key(), log_key(region="eu-west-1")])
    outline = Outline(source)
    outline.children("")
    source.files[log_key(account=MEMBER)] = b"x"
    assert labels(outline.children("")) == ["AWSLogs › 111122223333 › CloudTrail"]
    outline.forget("")
    assert labels(outline.children("")) == ["AWSLogs"]


def test_a_listing_begun_before_forget_is_not_remembered() -> None:
    source = MemorySource(["a/x.json", "b/x.json"])
    outline = Outline(source)
    source.gate.clear()
    early = threading.Thread(target=outline.children, args=("",))
    early.start()
    while not source.waiting:
        time.sleep(0.001)
    outline.forget("")
    source.gate.set()
    early.join()
    assert not outline.knows("")
    outline.children("")
    assert outline.knows("")


def test_two_threads_list_a_folder_once() -> None:
    source = MemorySource(["a/x.json", "b/x.json"])
    outline = Outline(source)
    source.gate.clear()
    found: list[Listing] = []
    both = [threading.Thread(target=lambda: found.append(outline.children(""))) for _ in range(2)]
    for thread in both:
        thread.start()
    while not source.waiting:
        time.sleep(0.001)
    time.sleep(0.02)  # the other one's chance to ask as well
    source.gate.set()
    for thread in both:
        thread.join()
    assert source.requests == [""]
    assert labels(found[0]) == labels(found[1]) == ["a", "b"]


def test_what_is_asked_after_forgetting_does_not_wait_for_what_hangs() -> None:
    source = MemorySource(["a/x.json", "b/x.json"])
    outline = Outline(source)
    source.gate.clear()
    hanging = threading.Thread(target=outline.children, args=("",))
    hanging.start()
    while not source.waiting:
        time.sleep(0.001)
    outline.forget("")
    asked = threading.Thread(target=outline.children, args=("",))
    asked.start()
    for _ in range(5000):
        if source.waiting == 2:
            break
        time.sleep(0.001)
    source.gate.set()
    hanging.join()
    asked.join()
    assert source.requests == ["", ""]


def test_awslogs_is_found_behind_a_million_other_objects() -> None:
    access_logs = [f"2024-01-15-{n:07}-ACCESSLOG" for n in range(MAX_NAMES + 3000)]
    source = MemorySource([*access_logs, log_key(), log_key(region="eu-west-1")])
    listing = Outline(source).children("")
    assert labels(listing) == ["AWSLogs"]
    assert [p.reason for p in listing.problems] == [
        "holds 20,000 names or more, not all of them listed"
    ]
    assert len(source.requests) == MAX_NAMES // 1000 + 1
