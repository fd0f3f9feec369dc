"""What a user asked for when naming a bucket."""

from __future__ import annotations

from msgspec import Struct

from ctexplore.sources.address import Address


class S3Options(Struct, frozen=True):
    """Everything that leads to one bucket; ``""`` means not given.

    bucket: name, access-point alias or ARN. prefix: ``""`` or ending in ``/``.
    key: a single object to open. role_arn: role to assume with the profile's credentials.
    request_payer: the caller pays for requests and transfer.
    expected_bucket_owner: account id; S3 refuses when the bucket is another account's.
    workers: connections kept open, as many as threads that will read.
    """

    bucket: str
    prefix: str = ""
    key: str = ""
    profile: str = ""
    region: str = ""
    endpoint_url: str = ""
    role_arn: str = ""
    request_payer: bool = False
    expected_bucket_owner: str = ""
    max_file_size: int = 256 << 20
    workers: int = 32

    @classmethod
    def at(
        cls,
        address: Address,
        *,
        profile: str = "",
        endpoint_url: str = "",
        role_arn: str = "",
        request_payer: bool = False,
        expected_bucket_owner: str = "",
    ) -> S3Options:
        return cls(
            address.bucket,
            address.prefix,
            address.key,
            profile,
            address.region,
            endpoint_url,
            role_arn,
            request_payer,
            expected_bucket_owner,
        )

    @property
    def label(self) -> str:
        """The bucket's name, or the access point's without the rest of its ARN."""
        return self.bucket.rpartition("/")[2]

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"
