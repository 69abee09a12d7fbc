"""The commands of DevOps: synthesise, look at, deploy and remove a stage, and what it costs."""
