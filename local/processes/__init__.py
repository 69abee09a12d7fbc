"""The processes of a run: started together, health-checked, recorded, ended together."""
