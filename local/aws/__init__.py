"""AWS on one machine: moto with S3 kept on disk, cognito-local, and the resources in both."""
