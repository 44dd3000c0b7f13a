-- One row per customer: what the bank knew in September 2005, and whether the payment of October was missed. Months count
-- backwards: _1 is September, _6 April. Reads no name, phone or identity number: it gives the same to a reader for whom
-- they are masked.
WITH monthly AS (
  SELECT
    customer_id,
    max(CASE WHEN month = DATE '2005-09-01' THEN repayment_status END) AS status_1,
    max(CASE WHEN month = DATE '2005-08-01' THEN repayment_status END) AS status_2,
    max(CASE WHEN month = DATE '2005-07-01' THEN repayment_status END) AS status_3,
    max(CASE WHEN month = DATE '2005-06-01' THEN repayment_status END) AS status_4,
    max(CASE WHEN month = DATE '2005-05-01' THEN repayment_status END) AS status_5,
    max(CASE WHEN month = DATE '2005-04-01' THEN repayment_status END) AS status_6,
    max(CASE WHEN month = DATE '2005-09-01' THEN bill_amount END) AS bill_1,
    max(CASE WHEN month = DATE '2005-08-01' THEN bill_amount END) AS bill_2,
    max(CASE WHEN month = DATE '2005-07-01' THEN bill_amount END) AS bill_3,
    max(CASE WHEN month = DATE '2005-06-01' THEN bill_amount END) AS bill_4,
    max(CASE WHEN month = DATE '2005-05-01' THEN bill_amount END) AS bill_5,
    max(CASE WHEN month = DATE '2005-04-01' THEN bill_amount END) AS bill_6,
    max(CASE WHEN month = DATE '2005-09-01' THEN paid_amount END) AS paid_1,
    max(CASE WHEN month = DATE '2005-08-01' THEN paid_amount END) AS paid_2,
    max(CASE WHEN month = DATE '2005-07-01' THEN paid_amount END) AS paid_3,
    max(CASE WHEN month = DATE '2005-06-01' THEN paid_amount END) AS paid_4,
    max(CASE WHEN month = DATE '2005-05-01' THEN paid_amount END) AS paid_5,
    max(CASE WHEN month = DATE '2005-04-01' THEN paid_amount END) AS paid_6,
    count(CASE WHEN repayment_status > 0 THEN 1 END) AS months_late,
    max(repayment_status) AS worst_status,
    avg(bill_amount) AS mean_bill,
    sum(paid_amount) AS paid_total
  FROM banking.payments
  GROUP BY customer_id
)
SELECT
  c.customer_id,
  c.credit_limit,
  c.age,
  CASE c.education WHEN 'graduate school' THEN 3 WHEN 'university' THEN 2 WHEN 'high school' THEN 1 END AS education_level,
  CASE WHEN c.marriage = 'married' THEN 1 ELSE 0 END AS married,
  m.status_1, m.status_2, m.status_3, m.status_4, m.status_5, m.status_6,
  m.bill_1, m.bill_2, m.bill_3, m.bill_4, m.bill_5, m.bill_6,
  m.paid_1, m.paid_2, m.paid_3, m.paid_4, m.paid_5, m.paid_6,
  m.months_late,
  m.worst_status,
  m.mean_bill / c.credit_limit AS utilisation,
  m.paid_total / (6 * m.mean_bill + 1) AS paid_share,
  c.defaulted
FROM banking.customers AS c
JOIN monthly AS m ON m.customer_id = c.customer_id
ORDER BY c.customer_id
