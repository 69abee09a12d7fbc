"""API Gateway on one machine: HTTP requests to proxy events, and the Cognito authoriser."""
