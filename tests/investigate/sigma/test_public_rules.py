"""The public rules of the real logs' folder: a record that each must match, one that it must not,
and their hits on the real logs, all against plain Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from ctexplore.investigate.sigma.detect import Detector
from ctexplore.investigate.sigma.explain import reasons
from ctexplore.investigate.sigma.read import read_rules
from tests.build import ALICE, event
from tests.investigate.sigma import reference
from tests.investigate.sigma.asking import rows
from tests.query.real_logs import LOGS, read_logs

FOLDER = Path(LOGS) / "sigma"
pytestmark = pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no real logs")

Event = dict[str, Any]
_ROLE = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"type": "Role"}}}
_S3BROWSER = (
    '{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], '
    '"Resource": ["arn:aws:s3:::<YOUR-BUCKET-NAME>/*"]}]}'
)


def _call(service: str, name: str, **more: Any) -> Event:
    return event(1, eventSource=f"{service}.amazonaws.com", eventName=name, **more)


def _pairs() -> dict[str, tuple[Event, Event]]:
    """By rule's file: what it must match, and what it must not although it is near."""
    ec2, iam, rds, s3 = "ec2", "iam", "rds", "s3"
    login = {
        "additionalEventData": {"MFAUsed": "No"},
        "responseElements": {"ConsoleLogin": "Success"},
    }
    policy = {"userAgent": "[S3 Browser/10.9]", "requestParameters": {"policyDocument": _S3BROWSER}}
    command = ["sh", "-c", "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    ecs = {"requestParameters": {"containerDefinitions": [{"command": command}]}}
    plain = {"requestParameters": {"containerDefinitions": [{"command": ["sh"]}]}}
    password = {"responseElements": {"pendingModifiedValues": {"masterUserPassword": "****"}}}
    return {
        "aws_cloudtrail_bedrock_guardrail_deleted": (
            _call("bedrock", "DeleteGuardrail"), _call("bedrock", "GetGuardrail")),
        "aws_cloudtrail_bucket_deleted": (
            _call(s3, "DeleteBucket"), _call(s3, "DeleteBucket", errorCode="AccessDenied")),
        "aws_cloudtrail_console_login_success_without_mfa": (
            _call("signin", "ConsoleLogin", **login),
            _call("signin", "ConsoleLogin", **login | {"additionalEventData": {"MFAUsed": "Yes"}})),
        "aws_cloudtrail_guardduty_detector_deleted_or_updated": (
            _call("guardduty", "UpdateDetector", requestParameters={"enable": False}),
            _call("guardduty", "UpdateDetector", requestParameters={"enable": True})),
        "aws_cloudtrail_new_acl_entries": (
            _call(ec2, "CreateNetworkAclEntry"), _call(ec2, "DeleteNetworkAclEntry")),
        "aws_cloudtrail_pua_trufflehog": (
            event(1, userAgent="TruffleHog"), event(1, userAgent="TruffleHog 3")),
        "aws_cloudtrail_security_group_change_ingress_egress": (
            _call(ec2, "RevokeSecurityGroupEgress"), _call(ec2, "CreateSecurityGroup")),
        "aws_cloudtrail_security_group_change_rds": (
            _call(rds, "CreateDBSecurityGroup"), _call(ec2, "CreateDBSecurityGroup")),
        "aws_cloudtrail_vpc_flow_logs_deleted": (
            _call(ec2, "DeleteFlowLogs", errorCode=None),
            _call(ec2, "DeleteFlowLogs", errorCode="Client.UnauthorizedOperation")),
        "aws_console_getsignintoken": (
            _call("signin", "GetSigninToken", userAgent="python-requests/2"),
            _call("signin", "GetSigninToken", userAgent="Jersey/${project.version} (x)")),
        "aws_delete_saml_provider": (
            _call(iam, "DeleteSAMLProvider", status="success"), _call(iam, "DeleteSAMLProvider")),
        "aws_ec2_disable_encryption": (
            _call(ec2, "DisableEbsEncryptionByDefault"),
            _call(ec2, "EnableEbsEncryptionByDefault")),
        "aws_ec2_startup_script_change": (
            _call(ec2, "ModifyInstanceAttribute", requestParameters={"attribute": "userData"}),
            _call(ec2, "ModifyInstanceAttribute", requestParameters={"attribute": "ramdisk"})),
        "aws_ecs_task_definition_cred_endpoint_query": (
            _call("ecs", "RegisterTaskDefinition", **ecs),
            _call("ecs", "RegisterTaskDefinition", **plain)),
        "aws_efs_fileshare_mount_modified_or_deleted": (
            _call("elasticfilesystem", "DeleteMountTarget"),
            _call("elasticfilesystem", "DeleteFileSystem")),
        "aws_elasticache_security_group_created": (
            _call("elasticache", "CreateCacheSecurityGroup"),
            _call("elasticache", "DeleteCacheSecurityGroup")),
        "aws_enum_buckets": (
            _call(s3, "ListBuckets"), _call(s3, "ListBuckets", userIdentity=_ROLE)),
        "aws_iam_backdoor_users_keys": (
            _call(iam, "CreateAccessKey"),
            _call(iam, "CreateAccessKey",
                  userIdentity={"arn": "x/responseElements.accessKey.userName"})),
        "aws_iam_s3browser_templated_s3_bucket_policy_creation": (
            _call(iam, "PutUserPolicy", **policy),
            _call(iam, "PutUserPolicy", **policy | {"requestParameters": {"policyDocument":
                  _S3BROWSER.replace("<YOUR-BUCKET-NAME>", "mine")}})),
        "aws_kms_import_key_material": (
            _call("kms", "DeleteImportedKeyMaterial"), _call("kms", "GetParametersForImport")),
        "aws_new_lambda_layer_attached": (
            _call("lambda", "UpdateFunctionConfiguration20150331v2",
                  requestParameters={"layers": ["arn:aws:lambda:::layer:x:1"]}),
            _call("lambda", "UpdateFunctionConfiguration20150331v2",
                  requestParameters={"layers": []})),
        "aws_rds_change_master_password": (
            _call(rds, "ModifyDBInstance", **password),
            _call(rds, "ModifyDBInstance", responseElements={"pendingModifiedValues": {}})),
        "aws_rds_public_db_restore": (
            _call(rds, "RestoreDBInstanceFromDBSnapshot",
                  responseElements={"publiclyAccessible": True}),
            _call(rds, "RestoreDBInstanceFromDBSnapshot",
                  responseElements={"publiclyAccessible": False})),
        "aws_route_53_domain_transferred_lock_disabled": (
            _call("route53", "DisableDomainTransferLock"),
            _call("route53domains", "DisableDomainTransferLock")),
        "aws_s3_data_management_tampering": (
            _call(s3, "PutBucketLogging"), _call(s3, "PutBucketTagging")),
        "aws_snapshot_backup_exfiltration": (
            _call(ec2, "ModifySnapshotAttribute"), _call(ec2, "DescribeSnapshotAttribute")),
        "aws_sts_assumerole_misuse": (
            event(1, userIdentity=_ROLE), event(1, userIdentity={"type": "AssumedRole"})),
        "aws_sts_getsessiontoken_misuse": (
            _call("sts", "GetSessionToken", userIdentity=ALICE),
            _call("sts", "GetSessionToken", userIdentity={"type": "Root"})),
        "aws_update_login_profile": (
            _call(iam, "UpdateLoginProfile", requestParameters={"userName": "bob"}),
            _call(iam, "UpdateLoginProfile", requestParameters={"userName": ALICE["arn"]})),
    }  # fmt: skip


def test_each_matches_what_it_must_and_not_what_it_must_not() -> None:
    rules = read_rules(FOLDER)
    pairs = _pairs()
    assert rules.problems == ()
    assert {rule.file.stem for rule in rules.rules} == set(pairs)
    for rule in rules.rules:
        must, must_not = pairs[rule.file.stem]
        text = yaml.safe_load(rule.file.read_text())
        assert (reference.holds(text, must), reference.holds(text, must_not)) == (True, False)
        assert rows([rule], must, must_not) == [[0]], rule.name
        assert reasons(rule.tree, must) and not reasons(rule.tree, must_not)


def test_hits_on_the_real_logs_are_those_of_plain_python() -> None:
    rules = read_rules(FOLDER).rules
    table, records = read_logs()
    hits = Detector(rules).hits(table, 0, table.count, records)
    assert hits.unread == []
    texts = [yaml.safe_load(rule.file.read_text()) for rule in rules]
    expected: list[list[int]] = [[] for _ in rules]
    for row, raw in enumerate(records.raw):
        assert raw is not None
        record = json.loads(raw)
        for n, text in enumerate(texts):
            if reference.holds(text, record):
                expected[n].append(row)
    assert [rows.tolist() for rows in hits.rows] == expected
    assert np.count_nonzero([len(rows) for rows in hits.rows]) == 8
