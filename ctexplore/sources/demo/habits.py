"""Who calls what, and how often: ``service:EventName*weight``; a bare service is all of it."""

from __future__ import annotations

_LOOK = (
    "ec2:DescribeInstances*6 ec2:DescribeInstanceStatus*3 ec2:DescribeSecurityGroups*3 "
    "ec2:DescribeVolumes*2 ec2:DescribeVpcs*2 ec2:DescribeSubnets*2 ec2:DescribeRegions*2 "
    "ec2:DescribeAccountAttributes ec2:DescribeTags*2 ec2:DescribeAddresses "
    "autoscaling:DescribeAutoScalingGroups*2 elasticloadbalancing:DescribeLoadBalancers*2 "
    "elasticloadbalancing:DescribeTargetGroups*2 elasticloadbalancing:DescribeTargetHealth*3 "
    "monitoring:DescribeAlarms*4 monitoring:ListMetrics*3 monitoring:ListDashboards "
    "logs:DescribeLogGroups*4 logs:DescribeLogStreams*3 logs:FilterLogEvents*3 "
    "logs:StartQuery*2 logs:GetQueryResults*3 "
    "lambda:ListFunctions20150331*3 lambda:GetFunction20150331v2*3 "
    "rds:DescribeDBInstances*3 rds:DescribeDBClusters*2 dynamodb:ListTables*2 "
    "dynamodb:DescribeTable*2 s3:ListBuckets*3 s3:GetBucketAcl s3:GetBucketLocation*2 "
    "s3:GetBucketPolicy s3:GetBucketEncryption s3:ListObjects*2 "
    "ecs:DescribeServices*3 ecs:ListTasks*2 ecs:DescribeClusters ecs:DescribeTasks*2 "
    "cloudformation:DescribeStacks*3 cloudformation:DescribeStackEvents*2 "
    "cloudformation:ListStacks kms:ListAliases kms:DescribeKey "
    "secretsmanager:ListSecrets sns:ListTopics sqs:ListQueues sqs:GetQueueAttributes*2 "
    "health:DescribeEventAggregates*3 ce:GetCostAndUsage ssm:DescribeParameters "
)

HABITS: dict[str, str] = {
    "function": "kms:Decrypt*6 s3:GetObject*10 s3:PutObject*7 s3:HeadObject*2 s3:ListObjects*2 "
    "secretsmanager:GetSecretValue*3 ssm:GetParameter*3 logs:CreateLogStream*5 "
    "dynamodb:DescribeTable sqs:GetQueueUrl lambda:Invoke*3 kms:GenerateDataKey*2 "
    "sts:GetCallerIdentity ec2:CreateNetworkInterface ec2:DeleteNetworkInterface",
    "instance": "ssm:UpdateInstanceInformation*9 ssm:ListInstanceAssociations*4 "
    "ssm:UpdateInstanceAssociationStatus ssm:PutInventory ssm:GetParametersByPath*2 "
    "s3:GetObject*5 s3:PutObject*3 s3:HeadObject kms:Decrypt*3 ec2:DescribeTags*2 "
    "ec2:DescribeInstances*2 secretsmanager:GetSecretValue ecr:GetAuthorizationToken "
    "ecr:BatchGetImage logs:CreateLogStream",
    "task": "secretsmanager:GetSecretValue*4 ssm:GetParameters*4 kms:Decrypt*6 s3:GetObject*5 "
    "s3:PutObject*3 ecr:GetAuthorizationToken*3 ecr:BatchGetImage*2 "
    "ecr:GetDownloadUrlForLayer*4 logs:CreateLogStream*2 sqs:GetQueueUrl",
    "assume": "sts:AssumeRole",
    "trail": "s3:GetBucketAcl*3 kms:GenerateDataKey*4",
    "delivery": "s3:PutObject*4 s3:GetBucketAcl",
    "decrypt": "kms:Decrypt*5 kms:GenerateDataKey*2 kms:DescribeKey",
    "autoscaling": "ec2:DescribeInstanceStatus*6 ec2:DescribeInstances*3 ec2:RunInstances "
    "elasticloadbalancing:DescribeTargetHealth*3 ec2:TerminateInstances "
    "ec2:DescribeLaunchTemplateVersions*2 kms:CreateGrant elasticloadbalancing:RegisterTargets "
    "ec2:DescribeAvailabilityZones monitoring:DescribeAlarms",
    "recorder": "ec2:DescribeInstances*2 ec2:DescribeSecurityGroups*2 ec2:DescribeVolumes "
    "ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNetworkAcls ec2:DescribeFlowLogs "
    "s3:GetBucketAcl*2 s3:GetBucketPolicy*2 s3:GetBucketVersioning s3:GetBucketTagging "
    "s3:GetBucketLogging s3:GetBucketLifecycle s3:GetBucketPublicAccessBlock "
    "s3:GetBucketEncryption s3:GetBucketReplication s3:GetBucketNotification "
    "iam:ListAttachedRolePolicies*2 iam:ListRolePolicies*2 iam:GetRole*2 iam:ListUsers "
    "iam:GetPolicyVersion kms:GetKeyPolicy*2 kms:GetKeyRotationStatus lambda:GetPolicy20150331v2 "
    "rds:DescribeDBInstances rds:ListTagsForResource dynamodb:DescribeContinuousBackups "
    "cloudformation:DescribeStackResources autoscaling:DescribePolicies",
    "eks": "ec2:DescribeInstances*3 ec2:DescribeNetworkInterfaces*3 ec2:DescribeSubnets*2 "
    "ec2:DescribeSecurityGroups*2 ec2:DescribeVpcs ec2:CreateTags "
    "elasticloadbalancing:DescribeLoadBalancers*2 iam:GetRole",
    "ecs": "elasticloadbalancing:DescribeTargetHealth*4 elasticloadbalancing:RegisterTargets "
    "elasticloadbalancing:DeregisterTargets ec2:DescribeNetworkInterfaces*2 "
    "application-autoscaling:DescribeScalableTargets monitoring:DescribeAlarms*2",
    "monitor": _LOOK + "tagging:GetResources*4 rds:DescribePendingMaintenanceActions "
    "elasticache:DescribeCacheClusters*2 elasticache:DescribeReplicationGroups "
    "cloudfront:ListDistributions route53:ListHostedZones states:ListStateMachines "
    "sqs:GetQueueUrl sns:GetTopicAttributes events:ListRules eks:ListClusters eks:DescribeCluster "
    "autoscaling:DescribeScalingActivities ecs:DescribeContainerInstances glue:GetDatabases "
    "elasticloadbalancing:DescribeListeners dynamodb:DescribeTimeToLive backup:ListBackupJobs",
    "audit": "iam cloudtrail config guardduty securityhub access-analyzer inspector2 "
    "organizations kms:ListKeys kms:GetKeyPolicy*3 s3:GetBucketPolicyStatus*3 "
    "s3:GetBucketPublicAccessBlock*3 s3:GetBucketAcl*2 ec2:DescribeSecurityGroupRules*3 "
    "ec2:DescribeSnapshotAttribute*3 ec2:GetEbsEncryptionByDefault ec2:DescribeFlowLogs*2",
    "security": "guardduty:ListDetectors*4 guardduty:GetDetector*3 guardduty:ListFindings*5 "
    "guardduty:GetFindings*5 securityhub:GetFindings*5 securityhub:GetEnabledStandards "
    "securityhub:BatchImportFindings*4 access-analyzer:ListFindings inspector2:ListFindings*3 "
    "inspector2:ListCoverage organizations:ListAccounts*2 organizations:DescribeOrganization "
    "config:SelectResourceConfig*2 config:DescribeComplianceByConfigRule*2 kms:Decrypt*2 "
    "s3:GetObject*4 s3:PutObject*3",
    "developer": _LOOK * 2 + "s3:GetObject*3 s3:PutObject lambda:UpdateFunctionCode20150331v2*2 "
    "lambda:UpdateFunctionConfiguration20150331v2 ssm:StartSession ssm:GetParameter*2 "
    "ecs:UpdateService*2 athena:StartQueryExecution*2 athena:GetQueryExecution*3 "
    "glue:GetTables*2 glue:GetPartitions cloudformation:CreateChangeSet "
    "cloudformation:ExecuteChangeSet ec2:RebootInstances secretsmanager:GetSecretValue",
    "operator": _LOOK * 2 + "ec2:StartInstances ec2:StopInstances ec2:CreateTags*2 "
    "ec2:CreateSnapshot ec2:DeleteSnapshot ec2:ModifyInstanceAttribute "
    "ec2:AuthorizeSecurityGroupIngress ec2:RevokeSecurityGroupIngress iam:ListRoles*3 "
    "iam:ListUsers*2 iam:GetRole*2 iam:ListPolicies*2 iam:AttachRolePolicy "
    "iam:CreatePolicyVersion rds:ModifyDBInstance rds:CreateDBSnapshot ssm:SendCommand*2 "
    "ssm:StartSession*2 route53:ChangeResourceRecordSets*2 monitoring:PutMetricAlarm*2 "
    "autoscaling:SetDesiredCapacity wafv2:ListWebACLs ec2:RebootInstances "
    "logs:PutRetentionPolicy cloudfront:CreateInvalidation kms:GetKeyRotationStatus",
    "plan": "ec2:DescribeInstances*4 ec2:DescribeVpcs*3 ec2:DescribeVpcAttribute*6 "
    "ec2:DescribeSubnets*5 ec2:DescribeRouteTables*5 ec2:DescribeSecurityGroups*6 "
    "ec2:DescribeInternetGateways*2 ec2:DescribeNatGateways*2 ec2:DescribeNetworkAcls*2 "
    "ec2:DescribeVpcEndpoints*2 ec2:DescribeImages*2 ec2:DescribeLaunchTemplates*2 "
    "ec2:DescribeAvailabilityZones ec2:DescribeInstanceTypes iam:GetRole*8 "
    "iam:ListRolePolicies*6 iam:ListAttachedRolePolicies*6 iam:GetRolePolicy*4 iam:GetPolicy*5 "
    "iam:GetPolicyVersion*5 s3:GetBucketAcl*3 s3:GetBucketPolicy*3 s3:GetBucketVersioning*3 "
    "s3:GetBucketLogging*3 s3:GetBucketLifecycle*3 s3:GetBucketEncryption*3 s3:GetBucketCors*3 "
    "s3:GetBucketReplication*3 s3:GetBucketTagging*3 kms:DescribeKey*3 kms:GetKeyPolicy*3 "
    "lambda:GetFunction20150331v2*4 lambda:ListVersionsByFunction20150331*4 "
    "elasticloadbalancing:DescribeRules*2 elasticloadbalancing:DescribeListeners*2 "
    "route53:GetHostedZone*2 route53:ListResourceRecordSets*4 rds:ListTagsForResource*2 "
    "events:DescribeRule*2 events:ListTargetsByRule*2 sts:GetCallerIdentity s3:GetObject*2 "
    "acm:ListCertificates ecs:DescribeTaskDefinition*3 dynamodb:DescribeTable*2",
    "apply": "ec2:CreateTags*4 ec2:CreateSecurityGroup ec2:AuthorizeSecurityGroupIngress*2 "
    "ec2:AuthorizeSecurityGroupEgress iam:CreateRole iam:AttachRolePolicy*2 iam:PutRolePolicy*2 "
    "iam:TagRole iam:CreatePolicyVersion lambda:UpdateFunctionCode20150331v2*4 "
    "lambda:PublishVersion20150331*3 ecs:RegisterTaskDefinition*3 ecs:UpdateService*3 "
    "events:PutRule events:PutTargets monitoring:PutMetricAlarm*2 s3:PutBucketTagging "
    "s3:PutBucketLifecycle ssm:PutParameter*2 route53:ChangeResourceRecordSets s3:PutObject*2 "
    "logs:CreateLogGroup dynamodb:UpdateTable",
    "jenkins": "s3:ListObjects*3 s3:PutObject*12 s3:GetObject*3 ecr:GetAuthorizationToken*2 "
    "ecr:BatchCheckLayerAvailability*4 ecr:InitiateLayerUpload*3 ecr:CompleteLayerUpload*3 "
    "ecr:PutImage*2 ecs:RegisterTaskDefinition ecs:UpdateService*2 ecs:DescribeServices*5 "
    "cloudfront:CreateInvalidation sts:GetCallerIdentity",
    "backup": "ec2:CreateSnapshot*4 ec2:DescribeVolumes*3 ec2:DescribeSnapshots*4 "
    "ec2:DeleteSnapshot*3 rds:CreateDBSnapshot rds:DescribeDBSnapshots*2 s3:PutObject*6 "
    "s3:CopyObject*4 s3:ListObjects*4 backup:StartBackupJob backup:ListBackupJobs "
    "kms:GenerateDataKey*3 dynamodb:CreateBackup",
    "everything": "ec2 lambda ecs ecr eks autoscaling application-autoscaling "
    "elasticloadbalancing states s3 kms secretsmanager ssm rds dynamodb elasticache glue athena "
    "backup logs sns sqs events iam sts cloudtrail config guardduty securityhub "
    "access-analyzer inspector2 health organizations ce tagging cloudformation monitoring "
    "route53 acm cloudfront wafv2",
}
