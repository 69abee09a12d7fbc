"""The report of one radiograph: a PDF for the patient's file."""
