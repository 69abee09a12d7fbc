"""What each Lambda bundle contains, and how it is staged; shared by AWS and the local system.

May import `contracts` and the standard library, so that the local system needs no CDK.
"""
