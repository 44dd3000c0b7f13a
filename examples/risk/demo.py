#!/usr/bin/env python3
"""Plays the story of Lepton against a real server, on real data: shared rows become a traced decision.

Prints each command as a person would type it and what it answered, checks every answer, and ends 1 at the first wrong one.
`docs/tutorial.md` is the same story to be played by hand.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
LEAST_AUC = 0.77
TABLES = ("customers", "payments", "branches", "products", "accounts", "guarantees")
PASSWORDS = {"root": "root has a long password", "ana": "ana keeps the customer tables", "ben": "ben builds the risk models",
             "cara": "cara signs the risk models off", "mia": "mia writes the newsletters", "olga": "olga looks at everything"}
OK, NOT_FOUND, DENIED, INVALID = 0, 3, 5, 7


class WrongAnswer(Exception):
    """What the platform answered is not what the story says."""


def expect(condition, what):
    if not condition:
        raise WrongAnswer(what)
    print(f"  ✓ {what}")


def title(text):
    print(f"\n── {text} " + "─" * max(0, 100 - len(text)))


class Server:
    """`lepton serve` on a free port with a data directory of its own."""

    def __init__(self, lepton, folder):
        self.lepton, self.folder = lepton, folder
        self.log = open(folder / "server.log", "wb")
        port_file = folder / "port"
        self.process = subprocess.Popen(
            [lepton, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0", "--port-file", port_file],
            stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 30
        while not (port_file.exists() and port_file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise WrongAnswer(f"the server did not start:\n{self.text()}")
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{port_file.read_text().strip()}"

    def text(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def admin_token(self):
        found = re.search(r"lb_[a-z0-9_]+", self.text())
        expect(found is not None, "the first start prints a one-time admin token")
        return found.group()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Story:
    """Runs commands as the people of the story and shows what they see."""

    def __init__(self, lepton, url, folder):
        self.lepton, self.url = lepton, url
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "LEPTON_URL": url, "NO_COLOR": "1"}

    def run(self, person, command, code=OK, stdin=None, show=12):
        """Runs `lepton COMMAND` with this person's profile; returns what it printed, after checking the exit code."""
        words = shlex.split(command)
        typed = f"lepton {command}" + (f"   # as {person}" if person else "")
        print(f"\n$ {typed}")
        profile = ["--profile", person] if person else []
        run = subprocess.run([self.lepton, *words, *profile], input=stdin, capture_output=True, text=True,
                             env=self.environment, cwd=HERE)
        lines = (run.stdout + run.stderr).rstrip().splitlines()
        for line in lines[:show]:
            print(f"  {line[:150]}")
        if len(lines) > show:
            print(f"  … {len(lines) - show} more lines")
        if run.returncode != code:
            raise WrongAnswer(f"exit code {run.returncode} instead of {code}: lepton {command}\n{run.stdout}{run.stderr}")
        return run.stdout

    def ask(self, person, command):
        """The answer of `lepton COMMAND -o json`, not shown."""
        run = subprocess.run([self.lepton, *shlex.split(command), "-o", "json", "--profile", person], capture_output=True,
                             text=True, env=self.environment, cwd=HERE)
        if run.returncode != OK:
            raise WrongAnswer(f"exit code {run.returncode}: lepton {command}\n{run.stderr}")
        return json.loads(run.stdout)

    def login(self, person, *more):
        self.run(person, f"login --user {person} --password-stdin -q " + " ".join(more), stdin=PASSWORDS[person])

    def call(self, key, body):
        """What the loan system does: one HTTP request with its API key. Returns status, headers, body."""
        print(f"\n$ curl -H 'Authorization: Bearer {key[:9]}…' {self.url}/v2/models/loan-score/infer -d '{json.dumps(body)}'")
        request = urllib.request.Request(f"{self.url}/v2/models/loan-score/infer", json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.load(error)


def people_and_departments(story, token):
    title("Departments and people")
    story.login("root", "--admin-token", token)
    for name, words in (("banking", "Retail banking"), ("risk", "Credit risk"), ("marketing", "Marketing")):
        story.run("root", f"department create {name} --title '{words}' -q")
    for person, options in (("ana", "--department banking --role banking/steward"),
                            ("ben", "--department risk --role risk/contributor"),
                            ("cara", "--department risk --role risk/steward"),
                            ("mia", "--department marketing --role marketing/contributor"),
                            ("olga", "--role platform/auditor")):
        story.run("root", f"user create {person} {options} --password-stdin -q", stdin=PASSWORDS[person])
        story.login(person)


def share(story, folder):
    title("1. Banking shares its tables under a policy")
    story.run("ana", "data import banking/customers customers.csv.gz --key customer_id --tag pii")
    story.run("ana", "data import banking/payments payments.csv.gz")
    for table in TABLES[2:]:
        story.run("ana", f"data import banking/{table} {table}.csv.gz -q")
    rows = story.ask("ana", "data query 'SELECT (SELECT count(*) FROM banking.customers) AS c, (SELECT count(*) FROM banking.payments) AS p'")
    expect("30000" in json.dumps(rows) and "180000" in json.dumps(rows), "30,000 customers and 180,000 monthly payments are there")
    story.run("ben", "data preview banking/customers", code=NOT_FOUND)
    print("  ✓ to other departments they do not exist yet")
    policy = folder / "share.yaml"
    policy.write_text('description: others may find our tables, and read them for an agreed purpose\nselector:\n  path: banking/*\n'
                      'except: ["department:banking"]\neffect:\n  discover: true\n  require_purpose: []\n')
    story.run("ana", f"policy set banking/share -f {policy}")


def request_and_approve(story):
    title("2. Risk finds, asks, and is granted")
    story.run("ben", "search customers")
    story.run("ben", "data preview banking/customers", code=DENIED)
    for table in TABLES:
        story.run("ben", f"data request banking/{table} --actions read,train --for department:risk --purpose default-risk "
                         "--reason 'predict missed payments' --valid-for 90d")
        request = story.ask("ana", f"request list --path banking/{table} --state pending")
        identity = one(request)["id"]
        masks = " --mask name --mask phone=show-last-4 --mask identity_number" if table == "customers" else ""
        if table == "customers":
            story.run("ben", f"request approve {identity}", code=DENIED)
        story.run("ana", f"request approve {identity}{masks}")
    seen = story.run("ben", "data query 'SELECT customer_id, name, phone, identity_number, age FROM banking.customers ORDER BY "
                            "customer_id LIMIT 3' --purpose default-risk -o csv")
    row = seen.splitlines()[1].split(",")
    expect(row[0] == "1" and row[1] == "" and row[3] == "" and row[4] == "24", "names and identity numbers are masked, the rest is readable")
    story.run("ben", "data query 'SELECT count(*) FROM banking.customers'", code=DENIED)
    story.run("mia", "data query 'SELECT count(*) FROM banking.customers' --purpose default-risk", code=DENIED)
    story.run("ben", "data query \"SELECT * FROM read_csv('/etc/passwd')\" --purpose default-risk", code=INVALID)


def one(answer):
    """The only item of a list answer."""
    items = answer if isinstance(answer, list) else answer["items"]
    expect(len(items) == 1, "exactly one is listed")
    return items[0]


def train(story):
    title("3. Risk joins, trains, compares, registers, promotes")
    story.run("ben", "data save risk/training-set @training_set.sql --key customer_id --purpose default-risk")
    story.run("ben", "job submit -f default_risk.yaml --purpose default-risk --wait")
    story.run("ben", "job submit -f default_risk.yaml --set max_depth=2 --set rounds=60 --register risk/default-risk-small "
                     "--purpose default-risk --wait")
    version = story.ask("ben", "model show risk/default-risk@1")
    small = story.ask("ben", "model show risk/default-risk-small@1")
    story.run("ben", f"run show {version['run']}", show=40)
    story.run("ben", f"run report {version['run']}", show=40)
    story.run("ben", f"run compare {version['run']} {small['run']}", show=30)
    auc = story.ask("ben", f"run show {version['run']}")["metrics"]["test_auc"]["value"]
    expect(auc >= LEAST_AUC, f"held-out AUC is {auc:.4f}, at least {LEAST_AUC}")
    story.run("ben", "model promote risk/default-risk@1 production --reason 'first model'")
    promotion = one(story.ask("cara", "model promotions --department risk"))["id"]
    story.run("ben", f"model approve {promotion}", code=DENIED)
    story.run("cara", f"model approve {promotion} --comment 'AUC is above {LEAST_AUC}'")


def serve(story):
    title("4. The model answers a loan system")
    story.run("cara", "user create-service risk/loan-system")
    story.run("cara", "grant create service_account:risk/loan-system risk/training-set --action read")
    deploy = ("deploy set risk/loan-score risk/default-risk@production --lookup risk/training-set --lookup-key customer_id "
              "--lookup-as risk/loan-system")
    story.run("ben", deploy, code=DENIED)
    story.run("cara", "user act-as risk/loan-system ben")
    story.run("ben", deploy)
    story.run("cara", "grant create service_account:risk/loan-system risk/loan-score --action serve")
    key = story.ask("cara", "key create loan-system --for risk/loan-system --scope serve:risk/loan-score --valid-for 90d")["token"]
    body = {"inputs": [{"name": "customer_id", "datatype": "INT64", "shape": [1], "data": [17]}]}
    status, headers, answer = story.call(key, body)
    decision = headers["Lepton-Decision-Id"]
    print(f"  {status}, Lepton-Decision-Id: {decision}\n  {json.dumps(answer)[:150]}")
    score = answer["outputs"][0]["data"][-1]
    expect(status == 200 and 0 < score < 1 and decision, f"customer 17 has a score of {score:.4f}, and the answer a decision id")
    status, _, answer = story.call("lk_wrong_key", body)
    print(f"  {status}, {json.dumps(answer)}")
    expect(status == 401, "a wrong key gets no answer")
    return key, body, decision


def enrich(story, key, body):
    title("5. A knowledge graph adds what no table says")
    story.run("ben", "graph create risk/exposure --description 'who is tied to whom by guarantees'")
    story.run("ben", "graph map risk/exposure -f exposure_mapping.yaml", code=DENIED)
    story.run("ben", "graph map risk/exposure -f exposure_mapping.yaml --purpose default-risk")
    story.run("ben", "rules create risk/exposure-rules exposure.rules --description 'who is tied to whom'")
    story.run("ben", "graph reason risk/exposure --rules risk/exposure-rules@1 --purpose default-risk")
    tied = story.ask("ben", "graph query risk/exposure 'PREFIX bank: <http://bank.example/> SELECT ?other WHERE "
                            "{ <http://bank.example/customer/17> bank:relatedTo ?other } ORDER BY ?other' --purpose default-risk")
    other = tied["results"]["bindings"][0]["other"]["value"]
    proof = story.run("ben", f"graph why risk/exposure '<http://bank.example/customer/17> bank:relatedTo <{other}>' --purpose default-risk")
    expect("bank:guarantees" in proof, f"the proof that 17 and {other.rpartition('/')[2]} are tied ends in a guarantee")
    story.run("ben", "graph query risk/exposure -f related_exposure.rq --save-as risk/related-exposure --key customer_id "
                     "--purpose default-risk")
    # The model learns with what it will be asked with.
    story.run("ben", "data save risk/related-training-set @related_training_set.sql --key customer_id --purpose default-risk")
    story.run("ben", "job submit -f default_risk.yaml --input risk/related-training-set --purpose default-risk --wait")
    version = story.ask("ben", "model show risk/default-risk@2")
    auc = story.ask("ben", f"run show {version['run']}")["metrics"]["test_auc"]["value"]
    expect(auc >= LEAST_AUC, f"version 2 has the related exposure among its inputs, and a held-out AUC of {auc:.4f}")
    story.run("ben", "model promote risk/default-risk@2 production --reason 'sees the group that a customer belongs to'")
    promotion = one(story.ask("cara", "model promotions --department risk"))["id"]
    story.run("cara", f"model approve {promotion}")
    story.run("cara", "grant create service_account:risk/loan-system risk/exposure --action read")
    story.run("ben", "deploy set risk/loan-score risk/default-risk@production --lookup risk/training-set --lookup-key customer_id "
                     "--lookup-as risk/loan-system --facts risk/exposure --facts-query @related_exposure.rq "
                     "--facts-purpose default-risk --keep-inputs value")
    status, headers, answer = story.call(key, body)
    decision = headers["Lepton-Decision-Id"]
    print(f"  {status}, Lepton-Decision-Id: {decision}\n  {json.dumps(answer)[:150]}")
    expect(status == 200, "the loan system notices nothing of the switch")
    facts = next(step for step in story.ask("olga", f"why {decision}")["steps"] if step["kind"] == "facts")["facts"]
    seen = story.ask("ben", "data query 'SELECT related_customers, related_exposure FROM \"risk/related-exposure\" WHERE customer_id "
                            "= 17'")
    expect(facts["values"]["related_customers"] == 1 and str(facts["values"]["related_exposure"]) in json.dumps(seen),
           f"the decision keeps the fact: guarantees tie customer 17 to {facts['values']['related_customers']} other, with a credit "
           f"of {facts['values']['related_exposure']}, as version 2 had learnt it")
    return decision


def trace(story, decision):
    title("6. An auditor walks back")
    walk = story.run("olga", f"why {decision}", show=80)
    for step in ("risk/loan-system", "risk/loan-score", "risk/default-risk@2", "risk/training-set@1", "banking/customers@1",
                 "banking/payments@1", "risk/related-exposure@1", "facts risk/exposure 17", "banking/guarantees@1", "cara", "ana"):
        expect(step in walk, f"the trace names {step}")
    story.run("mia", f"why {decision}", code=NOT_FOUND)


def withdraw(story, key, body):
    title("7. The owner lists what depends on the table, and takes the permission back")
    before = story.run("ana", "data impact banking/customers", show=20)
    expect("risk/loan-score" in before and "risk/default-risk@1" in before, "the impact list reaches the live deployment")
    grant = one(story.ask("ana", "grant list --path banking/customers"))["id"]
    story.run("ana", f"grant revoke {grant} --reason 'the project has ended'")
    story.run("ben", "data query 'SELECT count(*) FROM banking.customers' --purpose default-risk", code=DENIED)
    after = story.run("ana", "data impact banking/customers", show=20)
    expect(after != before, "the list says that what stands on the table stands on a revoked grant")
    status, _, answer = story.call(key, body)
    print(f"  {status}, {json.dumps(answer)}")
    expect(status == 403, "the deployment may not ask for facts about the table any more, from the same moment on")
    story.run("olga", "audit --department banking --action grant.", show=8)


def play(arguments, folder):
    server = Server(arguments.lepton, folder)
    try:
        story = Story(arguments.lepton, server.url, folder)
        people_and_departments(story, server.admin_token())
        share(story, folder)
        request_and_approve(story)
        train(story)
        key, body, _ = serve(story)
        decision = enrich(story, key, body)
        trace(story, decision)
        withdraw(story, key, body)
    except BaseException:
        server.process.kill()
        sys.stderr.write(server.text()[-3000:])
        raise
    if arguments.keep:
        title("The server goes on")
        print(f"  {server.url}, process {server.process.pid}, data in {folder}\n"
              f"  export XDG_CONFIG_HOME={folder}/config LEPTON_URL={server.url}\n"
              f"  then for example: {arguments.lepton} why {decision} --profile olga; passwords are in {pathlib.Path(__file__).name}")
        return
    expect(server.stop() == 0, "the server stops when it is told to")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", required=True, type=lambda path: str(pathlib.Path(path).resolve()), help="the program")
    parser.add_argument("--keep", action="store_true", help="leave the server running at the end")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lepton-demo."))
    started = time.monotonic()
    try:
        play(arguments, folder)
    except WrongAnswer as wrong:
        print(f"\n✗ {wrong}")
        return 1
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\nThe story holds, in {time.monotonic() - started:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
