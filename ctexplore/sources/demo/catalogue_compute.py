"""Shapes of the services that run things: EC2, Lambda, containers, scaling, balancing."""

from __future__ import annotations

from ctexplore.sources.demo.records import Call
from ctexplore.sources.demo.shapes import Shape, arn, owned, reads, writes


def _items(key: str, value: str = "%(o)s") -> dict[str, object]:
    return {"items": [{key: value}]}


_FILTERED = {"maxResults": 1000, "filterSet": {}}
_RETURN = {"requestId": "%(r)s", "_return": True}
_RULE = {
    "ipProtocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "groups": {},
    "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8", "description": "internal"}]},
    "ipv6Ranges": {},
    "prefixListIds": {},
}
_FN = arn("lambda", "function:%(o)s")
_TASKS = arn("ecs", "cluster/%(o)s")

EC2 = (
    *reads(
        "ec2",
        "DescribeInstances DescribeInstanceStatus DescribeInstanceCreditSpecifications",
        "instance",
        {"instancesSet": _items("instanceId"), "filterSet": {}},
    ),
    *reads("ec2", "DescribeInstanceAttribute", "instance",
           {"instanceId": "%(o)s", "attribute": "userData"}),
    *reads("ec2", "DescribeVolumes DescribeVolumeStatus", "volume",
           {"volumeSet": _items("volumeId"), "filterSet": {}}),
    *reads("ec2", "DescribeSnapshots", "snapshot",
           {"snapshotSet": _items("snapshotId"), "ownersSet": {"items": [{"owner": "self"}]}}),
    *reads("ec2", "DescribeSnapshotAttribute", "snapshot",
           {"snapshotId": "%(o)s", "attributeType": "CREATE_VOLUME_PERMISSION"}),
    *reads("ec2", "DescribeSecurityGroups", "sg",
           {"securityGroupSet": {}, "securityGroupIdSet": _items("groupId"), "filterSet": {}}),
    *reads("ec2", "DescribeVpcs", "vpc", {"vpcSet": _items("vpcId"), "filterSet": {}}),
    *reads("ec2", "DescribeVpcAttribute", "vpc",
           {"vpcId": "%(o)s", "attribute": "enableDnsHostnames"}),
    *reads("ec2", "DescribeSubnets", "subnet",
           {"subnetSet": _items("subnetId"), "filterSet": {}}),
    *reads("ec2", "DescribeNetworkInterfaces", "eni",
           {"networkInterfaceIdSet": _items("networkInterfaceId"), "filterSet": {}}),
    *reads("ec2", "DescribeImages", "image",
           {"imagesSet": _items("imageId"), "ownersSet": {}, "filterSet": {}}),
    *reads("ec2", "DescribeLaunchTemplateVersions", "template",
           {"DescribeLaunchTemplateVersionsRequest": {"LaunchTemplateId": "%(o)s"}}),
    *reads("ec2",
           "DescribeSecurityGroupRules DescribeRouteTables DescribeNetworkAcls "
           "DescribeInternetGateways DescribeNatGateways DescribeVpcEndpoints DescribeAddresses "
           "DescribeKeyPairs DescribeTags DescribeLaunchTemplates DescribeInstanceTypes "
           "DescribeFlowLogs DescribeTransitGateways DescribeVpcPeeringConnections "
           "DescribeSpotInstanceRequests DescribeIamInstanceProfileAssociations",
           "", _FILTERED),
    *reads("ec2", "DescribeRegions DescribeAvailabilityZones DescribeAccountAttributes "
           "GetEbsEncryptionByDefault", "", {}),
    *writes("ec2", "StartInstances StopInstances RebootInstances TerminateInstances", "instance",
            {"instancesSet": _items("instanceId")},
            {"requestId": "%(r)s", "instancesSet": {"items": [{
                "instanceId": "%(o)s",
                "currentState": {"code": 64, "name": "stopping"},
                "previousState": {"code": 16, "name": "running"}}]}}),
    *writes("ec2", "RunInstances", "image",
            {"instancesSet": {"items": [{"imageId": "%(o)s", "minCount": 1, "maxCount": 1}]},
             "instanceType": "m6g.large", "blockDeviceMapping": {},
             "disableApiTermination": False, "clientToken": "fleet-%(x)s"},
            {"requestId": "%(r)s", "reservationId": "r-0%(x)s", "ownerId": "%(c)s",
             "groupSet": {}, "instancesSet": {"items": [{
                 "instanceId": "i-%(x)s", "imageId": "%(o)s",
                 "instanceState": {"code": 0, "name": "pending"},
                 "instanceType": "m6g.large", "subnetId": "subnet-%(x)s"}]}}),
    *writes("ec2", "CreateTags DeleteTags", "instance",
            {"resourcesSet": _items("resourceId"),
             "tagSet": {"items": [{"key": "team", "value": "platform"}]}}, _RETURN),
    *writes("ec2", "CreateSecurityGroup", "vpc",
            {"groupName": "app-%(x)s", "groupDescription": "managed", "vpcId": "%(o)s"},
            {"requestId": "%(r)s", "_return": True, "groupId": "sg-%(x)s"}),
    *writes("ec2", "DeleteSecurityGroup", "sg", {"groupId": "%(o)s"}, _RETURN),
    *writes("ec2", "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress "
            "AuthorizeSecurityGroupEgress", "sg",
            {"groupId": "%(o)s", "ipPermissions": {"items": [_RULE]}}, _RETURN),
    *writes("ec2", "AttachVolume DetachVolume", "volume",
            {"volumeId": "%(o)s", "instanceId": "i-%(x)s", "device": "/dev/sdf"},
            {"requestId": "%(r)s", "volumeId": "%(o)s", "status": "attaching"}),
    *writes("ec2", "CreateSnapshot", "volume", {"volumeId": "%(o)s", "description": "nightly"},
            {"requestId": "%(r)s", "snapshotId": "snap-%(x)s", "volumeId": "%(o)s",
             "ownerId": "%(c)s", "status": "pending", "encrypted": True}),
    *writes("ec2", "DeleteSnapshot", "snapshot", {"snapshotId": "%(o)s"}, _RETURN),
    *writes("ec2", "CreateNetworkInterface", "subnet",
            {"subnetId": "%(o)s", "description": "AWS Lambda VPC ENI", "groupSet": {}},
            {"requestId": "%(r)s", "networkInterface": {
                "networkInterfaceId": "eni-%(x)s", "subnetId": "%(o)s", "status": "pending"}}),
    *writes("ec2", "DeleteNetworkInterface ModifyNetworkInterfaceAttribute", "eni",
            {"networkInterfaceId": "%(o)s"}, _RETURN),
    *writes("ec2", "ModifyInstanceAttribute", "instance",
            {"instanceId": "%(o)s", "disableApiTermination": {"value": True}}, _RETURN),
)  # fmt: skip

LAMBDA = (
    *reads("lambda", "GetFunction20150331v2 GetFunctionConfiguration20150331v2 "
           "GetPolicy20150331v2 ListVersionsByFunction20150331", "function",
           {"functionName": "%(o)s"}, None,
           ("ResourceNotFoundException", "The resource you requested does not exist.", 30)),
    *reads("lambda", "ListFunctions20150331 ListEventSourceMappings20150331", "",
           {"maxItems": 50}),
    *writes("lambda", "UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 "
            "PublishVersion20150331", "function",
            {"functionName": "%(o)s", "publish": False, "dryRun": False},
            {"functionName": "%(o)s", "functionArn": _FN, "runtime": "python3.13",
             "codeSize": 1843220, "memorySize": 512, "revisionId": "%(e)s",
             "lastUpdateStatus": "InProgress", "version": "$LATEST"}),
    Shape(
        Call("lambda", "Invoke", request={"functionName": _FN, "invocationType": "Event"},
             resources=owned("AWS::Lambda::Function", _FN), category="Data"),
        "function"),
)  # fmt: skip

CONTAINERS = (
    *reads("ecs", "DescribeServices DescribeTasks DescribeContainerInstances", "cluster",
           {"cluster": "%(o)s", "services": ["%(b)s"], "include": ["TAGS"]}),
    *reads("ecs", "DescribeClusters ListTasks ListServices", "cluster",
           {"cluster": "%(o)s", "maxResults": 100}),
    *reads("ecs", "DescribeTaskDefinition", "cluster", {"taskDefinition": "%(o)s"}),
    *writes("ecs", "UpdateService RunTask", "cluster",
            {"cluster": "%(o)s", "service": "%(b)s", "taskDefinition": "%(b)s:118"},
            {"clusterArn": _TASKS, "status": "ACTIVE", "desiredCount": 4, "pendingCount": 0}),
    *writes("ecs", "RegisterTaskDefinition", "cluster",
            {"family": "%(o)s", "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
             "containerDefinitions": [{"name": "app", "image": "corp/%(o)s:%(x)s",
                                       "essential": True}]},
            {"taskDefinition": {"family": "%(o)s", "revision": 118, "status": "ACTIVE"}}),
    *reads("ecr", "GetAuthorizationToken", "", {}),
    *reads("ecr", "BatchGetImage BatchCheckLayerAvailability GetDownloadUrlForLayer "
           "DescribeImages ListImages", "repo",
           {"registryId": "%(c)s", "repositoryName": "%(o)s"},
           owned("AWS::ECR::Repository", arn("ecr", "repository/%(o)s"))),
    *writes("ecr", "PutImage InitiateLayerUpload CompleteLayerUpload", "repo",
            {"registryId": "%(c)s", "repositoryName": "%(o)s", "imageTag": "%(x)s"},
            {"registryId": "%(c)s", "repositoryName": "%(o)s"},
            owned("AWS::ECR::Repository", arn("ecr", "repository/%(o)s"))),
    *reads("eks", "DescribeCluster ListNodegroups ListAddons ListAccessEntries", "cluster",
           {"name": "%(o)s"}),
    *reads("eks", "ListClusters", "", {"maxResults": 100}),
)  # fmt: skip

SCALING = (
    *reads("autoscaling", "DescribeAutoScalingGroups DescribeScalingActivities "
           "DescribePolicies DescribeLifecycleHooks", "cluster",
           {"autoScalingGroupNames": ["%(o)s-asg"], "maxRecords": 100}),
    *reads("autoscaling", "DescribeAutoScalingInstances", "instance",
           {"instanceIds": ["%(o)s"]}),
    *writes("autoscaling", "UpdateAutoScalingGroup SetDesiredCapacity CompleteLifecycleAction",
            "cluster", {"autoScalingGroupName": "%(o)s-asg", "desiredCapacity": 6}),
    *reads("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies", "",
           {"serviceNamespace": "ecs"}),
    *reads("elasticloadbalancing", "DescribeLoadBalancers DescribeTargetGroups", "",
           {"pageSize": 400}),
    *reads("elasticloadbalancing", "DescribeTargetHealth DescribeTargetGroupAttributes "
           "DescribeListeners DescribeRules", "cluster",
           {"targetGroupArn": arn("elasticloadbalancing", "targetgroup/%(o)s/0123456789abcdef")}),
    *writes("elasticloadbalancing", "RegisterTargets DeregisterTargets", "instance",
            {"targetGroupArn": arn("elasticloadbalancing", "targetgroup/web/0123456789abcdef"),
             "targets": [{"id": "%(o)s", "port": 8080}]}),
    *reads("states", "ListStateMachines", "", {"maxResults": 100}),
    *reads("states", "DescribeStateMachine DescribeExecution", "execution",
           {"stateMachineArn": arn("states", "stateMachine:%(o)s")}),
)  # fmt: skip
