SELECT equipment_id FROM rack_unit WHERE region_id = :region_id AND rack_id = :rack AND face = :face AND u_no = :no
