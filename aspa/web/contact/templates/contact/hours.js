// Opening hours on a shop's page: {html, schema}, as the calendar has them.
const told = {{ told }};

for (const place of document.querySelectorAll("[data-aspa-hours]")) place.innerHTML = told.html;
const schema = document.createElement("script");
schema.type = "application/ld+json";
schema.textContent = JSON.stringify(told.schema);
document.head.append(schema);
