"""What a reader sees: page, terminal, figures, CSV and JSON text, all from the plain dicts of the results."""

from erbium.report.files import write_whole
from erbium.report.html import advice_html, treatment_html, write_html
from erbium.report.json_text import json_text
from erbium.report.pathway import pathway_svg
from erbium.report.plots import course_svg, figure_svg, forest_figure, save_figure, treatment_figure
from erbium.report.table_text import csv_text, write_csv
from erbium.report.terminal import advice_table, knowledge_table, treatment_table

__all__ = [
    "advice_html",
    "advice_table",
    "course_svg",
    "csv_text",
    "figure_svg",
    "forest_figure",
    "json_text",
    "knowledge_table",
    "pathway_svg",
    "save_figure",
    "treatment_figure",
    "treatment_html",
    "treatment_table",
    "write_csv",
    "write_html",
    "write_whole",
]
