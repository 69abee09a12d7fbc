"""The dashboards, a file each. Each widget's title is a question, and the widget answers it."""
