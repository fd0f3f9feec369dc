"""From a record's event source to the prefix that the service's actions have in a policy.

Where endpoint, signing name and prefix agree the event source's first label is the prefix, too
(botocore's service models have the first two; the Service Authorization Reference the third). All
others are named one by one; a service that is neither is not guessed.
"""

from __future__ import annotations

from typing import Final

_DOMAIN: Final = ".amazonaws.com"

_NAMES: Final = """
    abuse access-analyzer account account-access acm acm-pca aco-automation agent-discovery
    agent-registry aidevops aiops airflow airflow-serverless amplify amplifybackend
    amplifyuibuilder aoss apiportal app-integrations appconfig appfabric appflow
    application-autoscaling application-cost-profiler application-signals applicationinsights
    appmesh apprunner appstream appsync aps arc-region-switch arc-zonal-shift artifact athena
    auditmanager autoscaling autoscaling-plans b2bi backup backup-gateway backup-search batch
    bcm-dashboards bcm-data-exports bcm-pricing-calculator bcm-recommended-actions bedrock
    bedrock-agentcore billing billingconductor braket cases cassandra ce chatbot chime
    cleanrooms cleanrooms-ml cloud9 clouddirectory cloudformation cloudfront
    cloudfront-keyvaluestore cloudhsm cloudsearch cloudshell cloudtrail cloudtrail-data
    codeartifact codebuild codecatalyst codecommit codeconnections codedeploy codeguru-profiler
    codeguru-reviewer codeguru-security codepipeline codestar codestar-connections
    codestar-notifications codewhisperer cognito-identity cognito-idp cognito-sync comprehend
    comprehendmedical compute-optimizer config connect connect-campaigns continuum
    controlcatalog controltower cost-optimization-hub cur databrew dataexchange datapipeline
    datasync datazone dax deadline detective devicefarm devops-guru directconnect discovery dlm
    dms docdb-elastic drs ds ds-data dsql dynamodb ebs ec2 ec2-instance-connect ecr ecr-public
    ecs eks eks-auth elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing
    elasticmapreduce elemental-inference emr-containers emr-serverless end-user-messaging
    entityresolution es events evs firehose fis fms forecast frauddetector freetier fsx gamelift
    gameliftstreams geo geo-maps geo-places geo-routes glacier globalaccelerator glue grafana
    greengrass groundstation guardduty health health-agent healthlake iam identitystore
    imagebuilder inspector inspector-scan inspector2 interconnect internetmonitor invoicing iot
    iotfleetwise iotsitewise iotthingsgraph iottwinmaker ivs ivschat kafka kafkaconnect kendra
    kendra-ranking kinesis kinesisanalytics kinesisvideo kms lakeformation lambda launchwizard
    lex license-manager license-manager-linux-subscriptions license-manager-user-subscriptions
    lightsail logs lookoutequipment m2 machinelearning macie2 managedblockchain
    managedblockchain-query mediaconnect mediaconvert medialive mediapackage mediapackage-vod
    mediapackagev2 mediastore mediatailor medical-imaging memorydb mgh mgn
    migrationhub-orchestrator migrationhub-strategy mpa mq neptune-db neptune-graph
    network-firewall network-security-manager networkflowmonitor networkmanager networkmonitor
    notifications notifications-contacts nova-act oam observabilityadmin odb omics organizations
    osis osm outposts partnercentral-account partnercentral-benefits partnercentral-channel
    partnercentral-marketing partnercentral-selling payment-cryptography payments
    pca-connector-ad pca-connector-scep pcs personalize pi pipes polly pricing
    pricingplanmanager profile proton qapps qbusiness quicksight ram rbin rds rds-data redshift
    redshift-data redshift-serverless refactor-spaces rekognition repostspace resiliencehub
    resource-explorer-2 resource-groups rolesanywhere route53 route53-recovery-cluster
    route53-recovery-control-config route53-recovery-readiness route53domains
    route53globalresolver route53profiles route53resolver rtbfabric rum s3-outposts s3files
    s3tables s3vectors sagemaker sagemaker-geospatial savingsplans scheduler schemas scn sdb
    secretsmanager security-ir securityagent securityhub securitylake serverlessrepo
    servicecatalog servicediscovery servicequotas shield signer sms-voice snow-device-management
    snowball sns social-messaging sqs ssm ssm-contacts ssm-guiconnect ssm-incidents
    ssm-quicksetup ssm-sap sso sso-directory states storagegateway sts support supportapp
    supportauthz sustainability swf synthetics tax textract thinclient timestream
    timestream-influxdb transcribe transfer translate trustedadvisor uxc verifiedpermissions
    voiceid vpc-lattice waf waf-regional wafv2 wellarchitected wickr wisdom workdocs workmail
    workmailmessageflow workspaces workspaces-instances workspaces-web xray
"""
_SAME: Final = frozenset(_NAMES.split())

_OTHER: Final = {
    "monitoring": "cloudwatch",
    "email": "ses",
    "ses": "ses",
    "s3": "s3",
    "s3express": "s3express",
    "tagging": "tag",
    "cloudcontrolapi": "cloudformation",
    "mturk-requester": "mechanicalturk",
    "pinpoint": "mobiletargeting",
    "streams.dynamodb": "dynamodb",
    "api.ecr": "ecr",
    "api.sagemaker": "sagemaker",
    "runtime.sagemaker": "sagemaker",
    "models.lex": "lex",
    "runtime.lex": "lex",
    "models-v2-lex": "lex",
    "runtime-v2-lex": "lex",
    "bedrock-agent": "bedrock",
    "bedrock-runtime": "bedrock",
    "ingest.timestream": "timestream",
    "query.timestream": "timestream",
    "memory-db": "memorydb",
    "appstream2": "appstream",
    "s3-control": "s3",
    "data.iot": "iot",
}

# Why the calls of a service have no action of their own name.
UNNAMED: Final = {
    "apigateway": "API Gateway's actions are HTTP methods on paths",
    "execute-api": "who may call an API depends on its methods and paths",
    "budgets": "Budgets has two actions, ViewBudget and ModifyBudget, for all its calls",
    "signin": "signing in needs no permission",
    "aws-marketplace": "AWS Marketplace has several prefixes",
    "cognito-hosted-ui": "signing in needs no permission",
}


def prefix_of(source: str) -> str | None:
    """``s3`` of ``s3.amazonaws.com``; None where it is not known."""
    name = source.lower().removesuffix(_DOMAIN)
    return _OTHER.get(name) or (name if name in _SAME else None)


def why_unnamed(source: str) -> str:
    """Why a service's calls cannot be named; "" where that is not known either."""
    return UNNAMED.get(source.lower().removesuffix(_DOMAIN), "")
