"""The processes of a run: started together, health-checked, recorded, and stopped together."""
