-- What the tables say of a customer, and what the graph adds.
SELECT t.*, e.related_customers, e.related_exposure
FROM "risk/training-set" AS t
JOIN "risk/related-exposure" AS e ON e.customer_id = t.customer_id
ORDER BY t.customer_id
