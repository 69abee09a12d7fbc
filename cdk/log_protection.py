"""Masks in our log groups what looks like a person's, should a library ever write it.

Our own lines name nobody. Who may call `logs:Unmask` still sees the text.
"""

from aws_cdk import aws_logs as logs

_IDENTIFIERS = (
    logs.DataIdentifier.NAME,
    logs.DataIdentifier.EMAILADDRESS,
    # Numbers by which health systems know a patient.
    logs.DataIdentifier.SSN_US,
    logs.DataIdentifier.HEALTHINSURANCECLAIMNUMBER_US,
    logs.DataIdentifier.MEDICAREBENEFICIARYNUMBER_US,
    logs.DataIdentifier.HEALTHINSURANCECARDNUMBER_EU,
    logs.DataIdentifier.HEALTHINSURANCENUMBER_FR,
    logs.DataIdentifier.NHSNUMBER_GB,
    logs.DataIdentifier.PERSONALHEALTHNUMBER_CA,
)


def build_protection() -> logs.DataProtectionPolicy:
    return logs.DataProtectionPolicy(
        name="masks-identifiers",
        description="Masks names, e-mail addresses and health numbers",
        identifiers=list(_IDENTIFIERS),
    )
