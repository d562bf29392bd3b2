-- Structures that stand.
SELECT t.id, t.code FROM structure AS t WHERE t.region_id = :region_id AND t.life IN ('in_service', 'built', 'pending_removal') ORDER BY t.id
