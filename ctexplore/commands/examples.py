"""Lines that a person can copy, for the help of the program and of every command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Of the program, with what each is for.
FIRST: Final = (
    ("ctexplore", "what there is to open"),
    ("ctexplore --demo", "a made-up trail to try it"),
    ("ctexplore ./archive", "log files, no network"),
    ("ctexplore --bucket my-logs --last 24h", "a trail's bucket"),
    ("ctexplore query 'is:denied who:alice' ./archive", "events to a stream"),
)
EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "explore": (
        "ctexplore --bucket my-logs --profile audit --last 24h --region eu-west-1",
        "ctexplore s3://my-logs/AWSLogs/111122223333/ --offline",
        "ctexplore --history --region us-east-1,eu-west-1",
        "ctexplore ./archive trail-backup.tar.gz --filter 'is:write -is:service'",
    ),
    "query": (
        "ctexplore query 'is:denied who:alice' s3://my-logs --last 7d",
        "ctexplore query 'name:ConsoleLogin is:failed' ./archive --by ip",
        "ctexplore query is:write --demo --format jsonl --output writes.jsonl",
        "ctexplore query '' s3://my-logs --last 24h --estimate",
        "ctexplore query 'is:root since:90d' --engine athena --table logs.cloudtrail",
    ),
    "follow": (
        "ctexplore follow 'is:write -is:service' s3://my-logs --region eu-west-1",
        "ctexplore follow is:root --history --format jsonl",
        "ctexplore follow @alarm-trails s3://my-logs --exec 'mail -s trail ops'",
    ),
    "fetch": (
        "ctexplore fetch s3://my-logs ./evidence --since 2026-03-01 --until 2026-03-08",
        "ctexplore fetch s3://my-logs ./evidence --last 7d --estimate",
    ),
    "chain": (
        "ctexplore chain AKIAIOSFODNN7EXAMPLE --demo",
        "ctexplore chain ASIAQWERTYUIOPASDFGH s3://my-logs --last 24h --format json",
    ),
    "profile": (
        "ctexplore profile alice --demo",
        "ctexplore profile deploy-admin s3://my-logs --last 7d --format json",
    ),
    "policy": (
        "ctexplore policy role:catalog-worker-role --demo > policy.json",
        "ctexplore policy who:ci-deploy s3://my-logs --last 30d --format json",
    ),
    "detect": (
        "ctexplore detect ./archive --rules ./sigma/rules/cloud/aws",
        "ctexplore detect s3://my-logs --rules ./rules --last 24h --format json",
    ),
    "verify": (
        "ctexplore verify s3://my-logs --since 2026-03-01 --until 2026-03-08",
        "ctexplore verify ./evidence --offline --format json",
    ),
    "athena": (
        "ctexplore athena sql 'is:denied who:alice' --table logs.cloudtrail",
        "ctexplore athena setup --bucket my-logs --database logs",
    ),
    "report": (
        "ctexplore report night --output night.html",
        "ctexplore report night --format md",
        "ctexplore report night --evidence night.zip",
    ),
    "demo": ("ctexplore demo ./trail --events 1000000 --seed 1 --shape dense",),
    "cache": ("ctexplore cache info", "ctexplore cache clear"),
    "config": (
        "ctexplore config show",
        "ctexplore config keys",
        "$EDITOR $(ctexplore config path)",
    ),
    "completion": (
        "source <(ctexplore completion bash)             in ~/.bashrc",
        "source <(ctexplore completion zsh)              in ~/.zshrc, after compinit",
        "ctexplore completion fish | source              in ~/.config/fish/config.fish",
    ),
    "help": ("ctexplore help query", "ctexplore help questions"),
}


def epilog(command: str) -> str:
    """The examples of a command, below its help; "" where it has none."""
    lines = "".join(f"  {line}\n" for line in EXAMPLES.get(command, ()))
    return f"examples:\n{lines}" if lines else ""
