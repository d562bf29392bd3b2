-- Power, height and slots of some models.
SELECT m.code, m.power_w, m.height_u, coalesce(array_agg(s.no ORDER BY length(s.no), s.no) FILTER (WHERE s.no IS NOT NULL), '{}') AS slots,
       coalesce(array_agg(s.card_type ORDER BY length(s.no), s.no) FILTER (WHERE s.no IS NOT NULL), '{}') AS types
FROM equipment_model m LEFT JOIN model_slot s ON s.model_id = m.id
WHERE m.code = ANY(:models)
GROUP BY m.id
