"""API Gateway on one machine: events, the Cognito authoriser, routing, error answers."""
