"""Workflows call make and little else, with few rights and pinned actions; so does the gate."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
NAMES = ("ci", "gpu", "publish")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))

# Rights beyond reading the repository, each where it is needed and nowhere else.
RIGHTS = {("publish", "deploy"): {"pages": "write", "id-token": "write"}}


def load(name: str) -> dict:
    # YAML 1.1 reads the key `on` as true.
    workflow = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    workflow["on"] = workflow.pop(True)
    return workflow


def problems(name: str, workflow: dict, text: str) -> list[str]:
    """Return what is wrong with a workflow: rights, pins, commands, limits."""
    found = []
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("top-level permissions are not contents: read alone")
    if not workflow.get("concurrency", {}).get("group"):
        found.append("no concurrency group")
    for job_name, job in workflow["jobs"].items():
        if job.get("permissions") != RIGHTS.get((name, job_name)):
            found.append(f"{job_name}: unexpected rights {job.get('permissions')}")
        if not isinstance(job.get("timeout-minutes"), int):
            found.append(f"{job_name}: no time limit")
        for step in job["steps"]:
            if "run" in step:
                command = re.fullmatch(r'make ([a-z-]+)(?: [A-Z]+="\$[A-Z]+")?', step["run"])
                if not command or command[1] not in TARGETS:
                    found.append(f"{job_name}: runs {step['run']!r}, which is no make target")
            elif not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", step["uses"]):
                found.append(f"{job_name}: {step['uses']} is not pinned to a commit")
            elif not re.search(re.escape(step["uses"]) + r" # v\d+\.\d+\.\d+$", text, re.MULTILINE):
                found.append(f"{job_name}: {step['uses']} does not say its version")
            if step.get("uses", "").startswith("actions/checkout@") and (
                step.get("with", {}).get("persist-credentials") is not False
            ):
                found.append(f"{job_name}: leaves credentials in the checkout")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_workflow(name):
    assert problems(name, load(name), (FOLDER / f"{name}.yml").read_text()) == []


def test_there_are_no_other_workflows():
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.yml" for name in NAMES]


def test_one_action_has_one_pin():
    pins: dict[str, set[str]] = {}
    for name in NAMES:
        for action, pin in re.findall(
            r"uses: ([\w/-]+)@(.*)", (FOLDER / f"{name}.yml").read_text()
        ):
            pins.setdefault(action, set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_what_starts_each_workflow():
    assert load("ci")["on"] == {"push": {"branches": ["main"]}, "pull_request": None}
    assert set(load("gpu")["on"]) == {"schedule", "workflow_dispatch"}
    assert load("gpu")["jobs"]["full"]["runs-on"] == "${{ vars.GPU_RUNNER }}"
    assert set(load("publish")["on"]) == {"push", "workflow_dispatch"}


def test_the_published_site_names_the_repository_that_publishes_it():
    steps = load("publish")["jobs"]["build"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands == ['make repository URL="$URL"', "make book"]
    (rewrite,) = [step for step in steps if step.get("run", "").startswith("make repository")]
    assert rewrite["env"] == {"URL": "${{ github.server_url }}/${{ github.repository }}"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("contents: read", "contents: write", "permissions are not contents: read"),
        (r"checkout@\w+ # v4.2.2", "checkout@v4", "not pinned to a commit"),
        (r" # v4\.2\.2", "", "does not say its version"),
        ("make check", "pip install ruff", "runs 'pip install ruff'"),
        ("make check", "make chek", "runs 'make chek'"),
        ("make check", "make check && curl x", "runs 'make check && curl x'"),
        ("timeout-minutes: 90", "name: slow", "no time limit"),
        ("persist-credentials: false", "fetch-depth: 1", "leaves credentials"),
        ("group: ci.*", "cancel: false", "no concurrency group"),
    ],
)
def test_a_careless_workflow_is_caught(old, new, problem):
    text, count = re.subn(old, new, (FOLDER / "ci.yml").read_text())
    assert count
    workflow = yaml.safe_load(text)
    assert problem in "\n".join(problems("ci", workflow, text))


def test_make_lists_every_target_with_a_line():
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([a-z-]+) +\S.*$", done.stdout, re.MULTILINE)
    assert set(listed) == TARGETS
    assert {
        *("book", "test", "test-fast", "check", "lab", "serve", "bench"),
        *("results", "full", "lock", "clean", "repository"),
    } <= TARGETS


def test_the_gate_runs_every_part_and_lets_no_site_test_skip():
    gate = ROOT / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    text = gate.read_text()
    for command in ("make check", "make book", "make test", "--check-random-arm"):
        assert re.search(rf"^part .*{re.escape(command)}$", text, re.MULTILINE), command
    assert "export CI=true" in text
    subprocess.run(["bash", "-n", str(gate)], check=True)


def test_a_failing_part_fails_the_gate(tmp_path):
    """Run the gate with every command replaced by one that says what it did."""
    (tmp_path / ".ci").mkdir()
    gate = tmp_path / ".ci" / "run"
    gate.write_text((ROOT / ".ci" / "run").read_text())
    tools = tmp_path / "bin"
    tools.mkdir()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    for path in (tools / "make", tools / "chromium", python):
        path.write_text('#!/bin/sh\n[ "$1" != "$FAIL" ]\n')
        path.chmod(0o755)

    def run(fail: str) -> subprocess.CompletedProcess:
        environment = {"PATH": f"{tools}:{os.environ['PATH']}", "FAIL": fail}
        return subprocess.run(["bash", gate], capture_output=True, text=True, env=environment)

    whole = run("nothing")
    assert whole.returncode == 0
    assert re.findall(r"^(\S+) +\d+ s  passed$", whole.stdout, re.MULTILINE) == [
        *("browser", "set-up", "check", "book", "test", "results")
    ]
    for fail, part in (("check", "check"), ("test", "test"), ("-m", "results")):
        broken = run(fail)
        assert broken.returncode == 1
        assert re.search(rf"^{part} +\d+ s  FAILED \(1\)$", broken.stdout, re.MULTILINE)
        assert "results" in broken.stdout.split("in all")[1]
    assert run(".venv/.ready").returncode == 1
