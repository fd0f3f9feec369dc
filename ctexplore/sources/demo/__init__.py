"""A trail made up from nothing, for ``--demo``, ``ctexplore demo`` and the tests.

A company with three accounts (production 111122223333, staging 444455556666, security
777788889999), four regions and one bucket, from Monday 2026-03-02 to Sunday 2026-03-08, all
times UTC. People sign in through IAM Identity Center in their working hours, Terraform
deploys from GitHub, Jenkins pushes with the key of the IAM user ``ci-deploy``, functions,
instances and services do what they always do. And one thing happens that should not:

=================== ======================================================================
03-04 02:13:07      The access key of ``ci-deploy``, AKIAIOSFODNN7EXAMPLE, is used from
                    192.0.2.66 on a Kali machine: GetCallerIdentity, then six minutes of
                    calls in all four regions, nearly all denied. Jenkins, at 198.51.100.20,
                    goes on using the same key by day.
03-04 22:14         Nine console sign-ins with made-up user names from the same address, one
                    with a user agent full of terminal escapes.
03-05 01:52 – 01:55 Four roles refused, the fifth taken: ``deploy-admin``, session
                    ``deploy-20260305``, key ASIASTORYROLEEXAMPLE.
03-05 01:58 – 02:09 With it: all of IAM read, user ``svc-backup-sync`` created with key
                    AKIAI44QH8DHBEXAMPLE, AdministratorAccess and a password; the role's
                    trust policy opened to account 999988887777.
03-06 02:31:05      ``svc-backup-sync`` signs in to the console from 192.0.2.101, without MFA.
03-06 02:44         Public access to the bucket ``corp-customer-data-prod`` allowed, its
                    policy opened to 999988887777 and to everybody.
03-06 02:50 – 03:41 640 objects read from it, some 64 GB.
03-07 02:12 – 02:27 In us-west-2: port 22 of sg-0c0ffee5c0ffee123 opened to 0.0.0.0/0, snapshot
                    snap-0c0ffee5c0ffee123 made and shared with 999988887777.
03-07 03:52:40      A second access key for ``ci-deploy``, which nobody deletes. No log has this
                    call: the thief took it out of the file that was delivered at 04:00, before
                    the events around it. The digest of that hour lists the file as it was.
03-07 03:58:21      StopLogging on ``corp-trail``. Production is silent until
03-07 06:30:04      StartLogging, by maya.ortiz@corp.example of the security account: called
                    out at 05:41, she took the role ``incident-response`` at 06:28:40 (key
                    ASIARESPONDEREXAMPLE; only the security account's log has that call).
03-07 06:33 – 06:49 She deletes both keys, the password and the user, revokes the role's
                    sessions, closes trust, bucket, port and snapshot.
=================== ======================================================================

``clues.py`` has these names, ``story.py`` the steps as ``STORY``, with event ids. The story is
the same for every seed; the seed decides everything around it. Uncompressed bytes are the
same on every machine and Python; compressed bytes as far as zlib's versions agree.
"""

from ctexplore.sources.demo.source import DemoSource

__all__ = ["DemoSource"]
