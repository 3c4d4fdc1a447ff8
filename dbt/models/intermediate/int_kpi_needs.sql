{{ kpi_needs() }}
