"""AWS services on one machine: moto with objects on disk, Cognito, and the stack's resources."""
