"""One trail in every layout CloudTrail has, in a folder, in archives and in S3: the same tree,
the same events."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from ctexplore import cli
from ctexplore.commands.opening import open_source
from ctexplore.sources.demo.write import write_trail
from ctexplore.sources.outline import Outline
from ctexplore.store.cache.cache import NoCache
from tests.commands.test_opening import options
from tests.sources.test_archive import PACKED

ORGANIZATION = "o-exampleorgid"
# "Finding your CloudTrail log files" in the CloudTrail User Guide; Control Tower's in its own.
LAYOUTS = {
    "an account": "AWSLogs/",
    "a prefix": "my/deep/prefix/AWSLogs/",
    "an organization": f"AWSLogs/{ORGANIZATION}/",
    "Control Tower": f"{ORGANIZATION}/AWSLogs/{ORGANIZATION}/",
    "Control Tower before 3.0": f"{ORGANIZATION}/AWSLogs/",
}
ARCHIVES = ("tar", "tar.gz", "zip")


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Some files of a trail with several accounts, regions and kinds, by key below AWSLogs."""
    folder = tmp_path_factory.mktemp("trail")
    write_trail(folder, 400)
    base = folder / "AWSLogs"
    proofs: list[Path] = []
    paths: list[Path] = []
    for path in sorted(path for path in base.rglob("*") if path.is_file()):
        (proofs if "CloudTrail-Digest" in path.parts else paths).append(path)
    some = [*paths[:: len(paths) // 14], *proofs[:2]]
    kept = {str(path.relative_to(base)): path.read_bytes() for path in some}
    account = next(iter(kept)).partition("/")[0]
    kept[f"{account}/Config/us-east-1/2024/1/2/ConfigHistory/x.json.gz"] = b"x"
    log = next(key for key in kept if "/us-east-1/" in key)
    other = log.replace(account, "444455556666")
    kept[other] = kept[log]
    kept[other.replace("CloudTrail", "CloudTrail-Insight")] = kept[log]
    return kept


def tree(source_arguments: list[str]) -> list[str]:
    """Every line of the tree, as it would be shown."""
    source = open_source(options(*source_arguments), NoCache(""))
    outline = Outline(source)

    def below(folder: str, depth: int) -> Iterator[str]:
        for node in outline.children(folder).nodes:
            files = "" if node.foreign else outline.listed(node.folder).files
            yield f"{'  ' * depth}{node.label} {files} {node.openable}"
            if node.expandable:
                yield from below(node.folder, depth + 1)

    with_root = list(below(source.root, 0))
    source.close()
    return with_root


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_trail_however_it_is_packed(
    layout: str,
    trail: dict[str, bytes],
    tmp_path: Path,
    moto: str,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    files = {LAYOUTS[layout] + key: data for key, data in trail.items()}
    client = boto3.client("s3", endpoint_url=moto)
    client.create_bucket(Bucket="logs")
    for key, data in files.items():
        path = tmp_path / "folder" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        client.put_object(Bucket="logs", Key=key, Body=data)
    places = [[str(tmp_path / "folder")], ["--bucket", "logs", "--endpoint-url", moto]]
    for name in ARCHIVES:
        archive = tmp_path / f"packed-{name}"
        archive.write_bytes(PACKED[name]({f"./{key}": data for key, data in files.items()}))
        places.append([str(archive)])

    trees = [tree(place) for place in places]
    assert len(trees[0]) > 20
    assert trees == [trees[0]] * len(places)

    said = []
    for place in places:
        status = cli.main(["query", "", *place, "--format", "raw", "--no-cache"])
        said.append((status, capfdbinary.readouterr().out))
    assert said[0][1].count(b"\n") > 40
    assert said == [said[0]] * len(places)

    out = tmp_path / "again.json.gz"
    for place in (places[0], places[-1]):
        out.unlink(missing_ok=True)
        assert cli.main(["query", "", *place, "--output", str(out), "--no-cache"]) == 0
        capfdbinary.readouterr()
        cli.main(["query", "", str(out), "--format", "raw", "--no-cache"])
        assert capfdbinary.readouterr().out == said[0][1]


def test_a_folder_with_archives_in_it_shows_them_as_folders(
    trail: dict[str, bytes], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for key, data in trail.items():
        path = tmp_path / "plain/AWSLogs" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "packed").mkdir()
    halves = list(trail.items())[::2], list(trail.items())[1::2]
    for name, half in zip(("a.zip", "no-ending"), halves, strict=True):
        pack = PACKED["zip" if name == "a.zip" else "tar.gz"]
        data = pack({f"AWSLogs/{key}": data for key, data in half})
        (tmp_path / "packed" / name).write_bytes(data)
    shutil.move(tmp_path / "packed/no-ending", tmp_path / "packed/b.dump")
    said = []
    for name in ("plain", "packed"):
        cli.main(["query", "", str(tmp_path / name), "--format", "raw", "--no-cache"])
        said.append(capfdbinary.readouterr().out)
    assert said[0] == said[1]
    lines = tree([str(tmp_path / "packed")])
    assert [line.split(" ")[0] for line in lines if line[0] != " "] == ["a.zip", "b.dump"]
