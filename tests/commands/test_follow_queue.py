"""``follow --queue`` on a moto server: a trail's notification in, a line out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from ctexplore.cli import main
from ctexplore.sources.aws.queue import Queue, open_queue
from tests.build import event, gz, log
from tests.sources.memory_source import log_key

BUCKET = "trail-logs"


class Ended(BaseException):
    """Nobody waits any longer."""


class World:
    """A trail's bucket, its topic and a queue. Time passes only while somebody waits."""

    def __init__(self, endpoint: str) -> None:
        self.s3, self.sns, self.sqs = map(boto3.client, ("s3", "sns", "sqs"))
        self.s3.create_bucket(Bucket=BUCKET)
        self.topic = self.sns.create_topic(Name="trail")["TopicArn"]
        self.url = self.sqs.create_queue(QueueName="ring")["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:123456789012:ring"
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        self.url = f"{endpoint}/{self.url.split('/', 3)[3]}"

    def deliver(self, number: int, *, bucket: str = BUCKET) -> None:
        """A log file with one event of now, and the notification of it."""
        now = datetime.now(UTC)
        key = log_key(f"{now:%Y/%m/%d}", f"{now:%H%M}", unique=f"{number:016}")
        data = gz(log(event(number, eventTime=f"{now:%Y-%m-%dT%H:%M:%SZ}")))
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        self.notify(json.dumps({"s3Bucket": bucket, "s3ObjectKey": [key]}))

    def notify(self, message: str) -> None:
        self.sns.publish(TopicArn=self.topic, Message=message)

    def left(self) -> int:
        """Messages in the queue, taken or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        got = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(got[name]) for name in names)


@pytest.fixture
def world(moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield World(moto)


@pytest.fixture
def follow(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[list[str], str]]:
    wait = Queue.wait

    def run(*waits: Callable[[], object], words: tuple[str, ...] = ()) -> tuple[list[str], str]:
        """Follow; at the n-th wait something happens; after the last one it ends. Names printed,
        and what was said."""
        coming = list(waits)

        def waited(self: Queue, seconds: float, check: Callable[[float], object]) -> list[str]:
            assert seconds > 100  # the queue says when, not the clock
            self._done()
            if not coming:
                raise Ended
            coming.pop(0)()
            # moto counts seconds for real: whoever has nothing waits for nobody here.
            return wait(self, 0.5, check)

        monkeypatch.setattr(Queue, "wait", waited)
        with suppress(Ended):
            main(["follow", "", f"s3://{BUCKET}", "--queue", world.url, "--format", "csv",
                  "--fields", "name", "--cache-dir", str(tmp_path / "cache"), *words])  # fmt: skip
        out, err = capfd.readouterr()
        return [line for line in out.splitlines() if line.startswith('"Event')], err

    return run


def test_a_notification_in_a_line_out(
    world: World, follow: Callable[..., tuple[list[str], str]]
) -> None:
    names, _ = follow(lambda: world.deliver(1), lambda: world.deliver(2))
    assert names == ['"Event1"', '"Event2"']
    assert world.left() == 2  # nothing was taken off the queue


def test_messages_go_when_that_is_asked_for_and_only_then(
    world: World, follow: Callable[..., tuple[list[str], str]]
) -> None:
    world.notify("CloudTrail validation message.")
    names, _ = follow(lambda: world.deliver(1), words=("--delete-messages",))
    assert names == ['"Event1"']
    assert world.left() == 1  # the one that names no log file is somebody else's


def test_a_restart_in_the_middle_neither_repeats_nor_misses(
    world: World, follow: Callable[..., tuple[list[str], str]]
) -> None:
    first, _ = follow(lambda: world.deliver(1))
    world.deliver(2)  # while nobody follows
    second, err = follow(lambda: world.deliver(3))
    assert (first, second) == (['"Event1"'], ['"Event2"', '"Event3"'])
    assert "goes on from" in err


class Scripted:
    """ReceiveMessage: what each call answers, then nothing."""

    def __init__(self, *answers: list[dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.deleted: list[str] = []

    def receive_message(self, **params: Any) -> dict[str, Any]:
        return {"Messages": self.answers.pop(0)} if self.answers else {}

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> None:
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]


def message(number: int, bucket: str = BUCKET, handle: str = "") -> dict[str, Any]:
    body = json.dumps({"s3Bucket": bucket, "s3ObjectKey": [f"key-{number}"]})
    return {"MessageId": str(number), "ReceiptHandle": handle or f"h{number}", "Body": body}


def queue(client: Scripted, **more: Any) -> Queue:
    """Each look at the clock is a second later."""
    clock = iter(range(1000))
    return Queue(client, "u", BUCKET, sleep=lambda _: None, clock=lambda: next(clock), **more)


def test_a_message_rings_once_however_often_it_comes() -> None:
    ring = queue(Scripted([message(1)], [message(1)], [message(1), message(2)]))
    assert [ring.wait(4) for _ in range(3)] == [["key-1"], ["key-2"], []]


def test_what_is_about_another_bucket_does_not_ring_and_stays() -> None:
    client = Scripted([message(1, "other")], [message(2)])
    ring = queue(client, delete=True)
    assert ring.wait(5)
    assert client.deleted == []  # not before somebody has looked
    assert not ring.wait(3)
    assert client.deleted == ["h2"]


def test_a_message_that_comes_again_before_it_was_deleted_is_deleted() -> None:
    client = Scripted([message(1)], [message(1, handle="again")])
    ring = queue(client, delete=True)
    ring.wait(5)
    ring.wait(5)
    ring.wait(3)
    assert client.deleted == ["h1", "again"]


@pytest.mark.parametrize("url", ["ring", "https://sqs.us-east-1.amazonaws.com/", "ftp://a/b/c"])
def test_what_is_no_url_of_a_queue_is_told(url: str) -> None:
    with pytest.raises(ValueError, match="no URL of a queue"):
        open_queue(url, BUCKET)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--queue", "nonsense"], "no URL of a queue"),
        (["--delete-messages"], "--delete-messages goes with --queue"),
    ],
)
def test_what_does_not_go_together_is_told(
    world: World, capfd: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["follow", "", f"s3://{BUCKET}", "--no-cache", *words]) == 2
    assert said in capfd.readouterr().err
