"""What each Lambda bundle contains, and how it is staged; shared by AWS and the local system.

Standard library only, so that the local system needs no CDK.
"""
